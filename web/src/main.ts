// The web app of Matinee: browse, watch, and tell the house what was watched.
import "./app.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { startReporting } from "./events/browser_reporter";
import { startSpatialNavigation } from "./focus/spatial";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no #app");
startReporting();
startSpatialNavigation();
mount(App, { target });
