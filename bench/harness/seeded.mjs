// A service whose library is full of made-up titles (`matinee seed`), and a viewer signed in to it.
import { Service, eventually } from "../../tests/plays/harness/service.mjs";
import { Viewer } from "../../tests/plays/harness/viewer.mjs";

/** How many titles; MATINEE_BENCH_TITLES for a quick look with fewer. */
export const kTitles = +(process.env.MATINEE_BENCH_TITLES ?? 100_000);

export async function startSeeded() {
  const service = new Service("build/release/matinee");
  console.log(`making ${kTitles} titles up ...`);
  service.run(["seed", "--home", service.home, "--titles", String(kTitles)]);
  await service.start();
  const viewer = new Viewer(service.url, service.login());
  await eventually("the library is in memory", 60, async () => (await viewer.get("/v1/home")).status === 200);
  return { service, viewer };
}
