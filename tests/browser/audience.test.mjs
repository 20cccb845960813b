// Goal: in a demo, its owner lets an audience watch and sends it home again, by keys alone; those who come are members who
// signed in, fetch media through the edge and post events.
import assert from "node:assert/strict";
import http from "node:http";
import { join } from "node:path";

const kEventuallyMs = 120_000;
const kWanted = "8 viewers";

const metrics = (house, role) =>
  new Promise((resolve, reject) => {
    const socketPath = join(house.home, "run", `${role}.sock`);
    const request = http.get({ socketPath, path: "/metrics", timeout: 10_000 }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => resolve(Buffer.concat(chunks).toString()));
      answer.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error("no answer within 10 s")));
    request.on("error", reject);
  });

/** The sum over all labels of the metrics of these names. */
const sum = (text, names) =>
  text
    .split("\n")
    .filter((line) => names.some((name) => line.startsWith(name)))
    .reduce((total, line) => total + Number(line.split(" ").at(-1)), 0);

const extents = ["matinee_edge_extent_hits_total", "matinee_edge_extent_misses_total"];
const events = ["matinee_events_received_total"];

async function eventually(what, probe) {
  const end = Date.now() + kEventuallyMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${kEventuallyMs / 1000} s: ${what}`);
    await new Promise((done) => setTimeout(done, 250));
  }
}

const ask = (page, path) => page.evaluate(async (asked) => (await fetch(asked)).json(), path);

export const audienceTests = [
  {
    name: "an audience comes, plays over HTTP and goes, at the turn of a switch",
    run: async ({ page, base, house, shots }) => {
      const before = {
        extents: sum(await metrics(house, "edge"), extents),
        events: sum(await metrics(house, "insight"), events),
      };
      await page.goto(`${base}/studio`);
      await page.getByRole("link", { name: "Audience", exact: true }).focus();
      await page.keyboard.press("Enter");
      const onOff = page.getByRole("switch", { name: "An audience watches" });
      await onOff.waitFor();
      assert.equal(await onOff.isChecked(), false, "nobody comes unasked");
      await page.getByRole("button", { name: "More", exact: true }).focus();
      await page.keyboard.press("Enter");
      await page.getByText(kWanted, { exact: true }).first().waitFor();
      await onOff.focus();
      await page.keyboard.press("Enter");
      await page.getByText("8 viewers come, rest and watch.").waitFor();
      await page.reload();
      await page.getByText("8 viewers come, rest and watch.").waitFor();
      await page.screenshot({ path: `${shots}/audience.png` });
      await eventually("members of the audience", async () => {
        const { members } = await ask(page, "/v1/members");
        return members.filter((member) => member.role === "viewer").length >= 8;
      });
      await eventually("media through the edge", async () => {
        return sum(await metrics(house, "edge"), extents) > before.extents;
      });
      await eventually("events of their plays", async () => {
        return sum(await metrics(house, "insight"), events) > before.events;
      });
      await onOff.focus();
      await page.keyboard.press("Space");
      await page.getByText("Nobody watches but you.").waitFor();
      assert.deepEqual(await ask(page, "/v1/demo/audience"), {
        viewers: 0,
        viewers_max: 64,
      });
    },
  },
];
