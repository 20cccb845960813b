// Goal: in a real house, from the printed claim link to the first film by keys alone; then an invitation, a PIN, a child's
// limit, and a film that goes on on a second device.
import assert from "node:assert/strict";
import { focusOn, untilVideo } from "./browser.mjs";
import { startEmptyHouse } from "./empty_house.mjs";

const kPassword = "a lantern for the owner";

/** Types name and password into the form that stands there, by keys alone. */
async function fillDoor(page, name, password) {
  await focusOn(page, "name");
  await page.keyboard.type(name);
  await page.keyboard.press("Tab");
  await focusOn(page, "password");
  await page.keyboard.press("Control+a");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
}

/** Past the gate, if there is one: the first profile, or a new one of that name. */
async function passGate(page, name) {
  const gate = page.getByRole("heading", { name: "Who’s watching?" });
  const inside = page.locator("header nav");
  await gate.or(inside).first().waitFor();
  if (!(await gate.isVisible())) return;
  await page.waitForFunction(() => document.activeElement?.tagName === "BUTTON");
  await page.keyboard.press("Enter");
  const form = page.locator("#profile-name");
  await form.or(inside).first().waitFor();
  if (!(await form.isVisible())) return;
  await focusOn(page, "profile-name");
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await focusOn(page, name);
  await page.keyboard.press("Enter");
}

async function claimAndWatch(page, house) {
  await page.goto(house.link);
  const started = Date.now();
  await fillDoor(page, "ida", kPassword);
  await passGate(page, "Ida");
  await focusOn(page, "Copy the command");
  await house.run("add", await house.film("First Film (2024).mp4"));
  await focusOn(page, "Play");
  await page.keyboard.press("Enter");
  await untilVideo(page, "the first film", (video) => !video.paused && video.frames > 5);
  const seconds = (Date.now() - started) / 1000;
  console.log(`        ${seconds.toFixed(1)} s from the claim link to the first film`);
}

/** The owner's own requests, as the page would send them. */
const ask = (page, method, path, body) =>
  page.evaluate(
    async ({ method, path, body }) => {
      const response = await fetch(path, {
        method,
        headers: body ? { "Content-Type": "application/json" } : {},
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? null : JSON.parse(text) };
    },
    { method, path, body },
  );

async function inviteAndJoin(page, house, open) {
  const made = await ask(page, "POST", "/v1/invitations", { role: "viewer", note: "a friend" });
  assert.ok(made.status < 300, JSON.stringify(made));
  const link = new URL(made.body.url, house.base).href;
  const guest = await open();
  try {
    const theirs = guest.page;
    await theirs.goto(link);
    await theirs.getByRole("heading", { name: "You are invited" }).waitFor();
    await fillDoor(theirs, "otto", "another long sentence");
    await passGate(theirs, "Otto");
    await theirs.getByRole("link", { name: "All titles" }).waitFor();
    assert.equal(await theirs.getByRole("link", { name: "Studio" }).count(), 0);
  } finally {
    await guest.close();
  }
}

async function secondDevice(house, atSeconds, open) {
  const other = await open();
  try {
    const { page } = other;
    await page.goto(house.base);
    await page.getByRole("heading", { name: "Welcome back" }).waitFor();
    await fillDoor(page, "ida", "not the password");
    await page.getByText("do not belong together").waitFor();
    await focusOn(page, "password");
    await page.keyboard.press("Control+a");
    await page.keyboard.type(kPassword);
    await page.keyboard.press("Enter");
    await passGate(page, "Ida");
    await focusOn(page, "Resume");
    await page.keyboard.press("Enter");
    const place = (video) => !video.paused && video.time >= atSeconds - 1 && video.frames > 0;
    await untilVideo(page, "going on", place);
  } finally {
    await other.close();
  }
}

async function limitedProfiles(page, house) {
  const child = { name: "Mia", kind: "child", avatar: "whale", maturity_max: 6 };
  const made = await ask(page, "POST", "/v1/profiles", { ...child, pin: "2468" });
  assert.ok(made.status < 300, JSON.stringify(made));
  await page.goto(`${house.base}/profiles`);
  await page.getByRole("button", { name: /Mia/ }).click();
  await focusOn(page, "pin");
  await page.keyboard.type("1111");
  await page.keyboard.press("Enter");
  await page.getByText("That is not the PIN.").waitFor();
  await focusOn(page, "pin");
  await page.keyboard.type("2468");
  await page.keyboard.press("Enter");
  // The one film has no rating: a child's house is empty.
  await page.getByRole("heading", { name: "No films yet" }).waitFor();
  const found = await ask(page, "GET", "/v1/titles");
  assert.deepEqual(found.body.titles, []);
}

export const ownerTests = [
  {
    name: "from the claim link to the first film by keys, an invitation, a second device, PIN and kids",
    run: async ({ page, binary, shots, open }) => {
      const house = await startEmptyHouse(binary);
      try {
        await claimAndWatch(page, house);
        await page.keyboard.press("5");
        const { time } = await untilVideo(page, "half", (video) => video.time >= 5.5);
        await page.keyboard.press("k");
        const known = () => ask(page, "GET", "/v1/history");
        for (let left = 100; left > 0; left--) {
          const { body } = await known();
          if (body.items?.some((item) => item.position_ms >= 5000)) break;
          await page.waitForTimeout(100);
        }
        await secondDevice(house, Math.min(time, 6), open);
        await inviteAndJoin(page, house, open);
        await limitedProfiles(page, house);
        await page.screenshot({ path: `${shots}/owner-kids.png` });
      } finally {
        await house.stop();
      }
    },
  },
];
