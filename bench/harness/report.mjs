// What every benchmark writes: build/bench/CLAIM.json and a table for the person who ran it.
import { cpus, totalmem, release } from "node:os";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

export function summary(values, unit) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1), runs: sorted.length, unit };
}

/** `targets`: name -> {at_most} or {at_least}, held against that figure's median. */
export function report(claim, figures, targets, configuration) {
  const held = Object.entries(targets).map(([name, target]) => {
    const { median } = figures[name];
    return target.at_most !== undefined ? median <= target.at_most : median >= target.at_least;
  });
  const document = {
    claim,
    figures,
    targets,
    holds: held.every(Boolean),
    configuration,
    machine: {
      processors: cpus().length,
      model: cpus()[0]?.model ?? "",
      memory_bytes: totalmem(),
      kernel: release(),
      load_1m: +readFileSync("/proc/loadavg", "utf8").split(" ")[0],
    },
  };
  mkdirSync("build/bench", { recursive: true });
  writeFileSync(`build/bench/${claim}.json`, `${JSON.stringify(document, null, 2)}\n`);
  const round = (value) => (Math.abs(value) >= 100 ? Math.round(value) : +value.toFixed(3));
  console.table(
    Object.fromEntries(
      Object.entries(figures).map(([name, f]) => [
        name,
        { median: round(f.median), min: round(f.min), max: round(f.max), unit: f.unit, runs: f.runs,
          target: targets[name] ? JSON.stringify(targets[name]) : "" },
      ]),
    ),
  );
  console.log(`${claim}: ${Object.keys(targets).length ? (document.holds ? "holds" : "does NOT hold") : "no target, reported as it is"} (build/bench/${claim}.json)`);
}
