// The web app of Matinee: browse, watch, and tell the house what was watched.
import "./app.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { startReporting } from "./events/browser_reporter";
import { keepFocus } from "./focus/landing";
import { startSpatialNavigation } from "./focus/spatial";
import { session } from "./session.svelte";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no #app");
void session.ask();
startReporting();
startSpatialNavigation();
keepFocus();
mount(App, { target });
