// What the kernel says of processes: CPU seconds and memory, children included where said.
import { readFileSync, readdirSync } from "node:fs";

const kTicksPerSecond = 100;

/** User and system CPU seconds of these processes (not of their children). */
export function cpuSeconds(pids) {
  let ticks = 0;
  for (const pid of pids) {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    ticks += +fields[11] + +fields[12];
  }
  return ticks / kTicksPerSecond;
}

/** Proportional set size in bytes. */
export function memoryBytes(pid) {
  return +/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1] * 1024;
}

export function childrenOf(pid) {
  const children = [];
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const fields = readFileSync(`/proc/${entry}/stat`, "utf8").split(") ")[1].split(" ");
      if (+fields[1] === pid) children.push(+entry);
    } catch {
      // gone meanwhile
    }
  }
  return children;
}
