// Interleaved rounds of wrk against our edge and nginx, server pinned to core 0, wrk to core 1.
// With --tls both serve TLS 1.3 with one self-signed P-256 certificate, and the claim is edge-tls.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Service, eventually } from "../../tests/plays/harness/service.mjs";
import { Viewer, segmentsOf, variantsOf } from "../../tests/plays/harness/viewer.mjs";
import { childrenOf, cpuSeconds } from "../harness/process.mjs";
import { report, summary } from "../harness/report.mjs";

const kRounds = 5;
const kSeconds = 4;
const kTls = process.argv.includes("--tls");
const kScheme = kTls ? "https" : "http";
const sizes = { "1KiB": { bytes: 1024, connections: 64 }, "2MiB": { bytes: 2 * 2 ** 20, connections: 16 } };
const folder = mkdtempSync(join(tmpdir(), "matinee-bench-"));

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Certificate and key for both servers. */
function makeCertificate() {
  const [crt, key] = [join(folder, "bench.crt"), join(folder, "bench.key")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
    "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", crt], { stdio: "ignore" });
  return { crt, key };
}

async function startNginx() {
  const port = await freePort();
  mkdirSync(join(folder, "www"));
  mkdirSync(join(folder, "logs"));
  for (const [name, { bytes }] of Object.entries(sizes)) writeFileSync(join(folder, "www", name), randomBytes(bytes));
  const ssl = kTls ? `ssl_certificate ${tls.crt}; ssl_certificate_key ${tls.key}; ssl_protocols TLSv1.3; ssl_buffer_size 16k;` : "";
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((n) => `${n}_temp_path ${folder}/${n};`).join(" ");
  writeFileSync(join(folder, "nginx.conf"), `
    worker_processes 1; worker_cpu_affinity 01; pid ${folder}/pid; error_log ${folder}/error; daemon off; user root;
    events { worker_connections 1024; use epoll; multi_accept on; }
    http { ${temp} access_log off; sendfile on; tcp_nopush on; sendfile_max_chunk 2m; open_file_cache max=100;
           keepalive_requests 1000000000; server { listen 127.0.0.1:${port}${kTls ? " ssl" : ""}; root ${folder}/www; ${ssl} } }`);
  const process = spawn("build/peers/nginx/usr/sbin/nginx", ["-c", join(folder, "nginx.conf"), "-p", folder], { stdio: "inherit" });
  await eventually("nginx answers", 10, () => answers(`${kScheme}://127.0.0.1:${port}/1KiB`));
  return { process, pids: [process.pid, ...childrenOf(process.pid)], url: (name) => `${kScheme}://127.0.0.1:${port}/${name}`, range: () => null };
}

// Our edge serves ranges of a real film's media object: the same bytes, as a player asks for them.
async function startEdge() {
  const service = new Service("build/release/matinee");
  await service.start(kTls ? ["--tls-certificate", tls.crt, "--tls-key", tls.key] : []);
  const film = join(folder, "film.mp4");
  execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=24:duration=40", "-f", "lavfi", "-i", "sine=duration=40",
    "-c:v", "libx264", "-preset", "ultrafast", "-qp", "12", "-pix_fmt", "yuv420p", "-g", "48", "-c:a", "aac", film]);
  const added = JSON.parse(service.run(["add", "--home", service.home, "--json", "--wait", film]).trim().split("\n").pop());
  const viewer = new Viewer(service.url, service.login());
  const play = JSON.parse((await viewer.post("/v1/plays", { title_id: added.title_id })).body);
  const base = new URL(play.hls_url, service.url);
  const { variants } = variantsOf((await viewer.get(base)).body.toString());
  const best = variants.sort((a, b) => b.bandwidth - a.bandwidth)[0];
  const segments = segmentsOf((await viewer.get(new URL(best.uri, base))).body.toString());
  const url = String(new URL(segments.at(-1).uri, base));
  const size = +(await viewer.request("HEAD", url)).headers["content-length"];
  if (size < sizes["2MiB"].bytes) throw new Error(`the media object has only ${size} bytes`);
  viewer.close();
  const { pid } = service.role("edge");
  execFileSync("taskset", ["-apc", "0", String(pid)]);
  return { service, pids: [pid], url: () => url, range: (name) => `bytes=0-${sizes[name].bytes - 1}` };
}

function load(server, name) {
  const { connections, bytes } = sizes[name];
  const headers = server.range(name) ? ["-H", `Range: ${server.range(name)}`] : [];
  const before = cpuSeconds(server.pids);
  const printed = execFileSync("taskset", ["-c", "1", "wrk", "-t1", `-c${connections}`, `-d${kSeconds}s`, ...headers, server.url(name)], { encoding: "utf8" });
  const cpu = cpuSeconds(server.pids) - before;
  const requests = +/(\d+) requests in/.exec(printed)[1];
  if (/Non-2xx/.test(printed)) throw new Error(`errors under load:\n${printed}`);
  return { per_cpu: requests / cpu, per_second: +/Requests\/sec:\s+([\d.]+)/.exec(printed)[1], bytes };
}

const answers = (url) => {
  const viewer = new Viewer(url);
  return viewer.get(url).then((r) => r.status === 200, () => false).finally(() => viewer.close());
};

const tls = kTls ? makeCertificate() : null;
const nginx = await startNginx();
const edge = await startEdge();
try {
  const seen = {};
  for (const name of Object.keys(sizes)) {
    const rounds = { edge: [], nginx: [], ratio: [], edge_rate: [], nginx_rate: [] };
    load(edge, name);
    load(nginx, name);
    for (let round = 0; round < kRounds; round++) {
      const ours = load(edge, name);
      const theirs = load(nginx, name);
      rounds.edge.push(ours.per_cpu);
      rounds.nginx.push(theirs.per_cpu);
      rounds.ratio.push(ours.per_cpu / theirs.per_cpu);
      rounds.edge_rate.push(ours.per_second);
      rounds.nginx_rate.push(theirs.per_second);
    }
    seen[`${name}_edge`] = summary(rounds.edge, "requests per CPU-s");
    seen[`${name}_nginx`] = summary(rounds.nginx, "requests per CPU-s");
    seen[`${name}_ratio`] = summary(rounds.ratio, "edge / nginx, per round");
    seen[`${name}_edge_rate`] = summary(rounds.edge_rate, "requests/s");
    seen[`${name}_nginx_rate`] = summary(rounds.nginx_rate, "requests/s");
  }
  report(kTls ? "edge-tls" : "edge-smoke", seen, {}, {
    note: `loopback, two shared cores, ${kTls ? "TLS 1.3, kept connections" : "no TLS"}; edge: token, range, metrics and access log on; nginx: static files, access log off`,
    nginx: execFileSync("build/peers/nginx/usr/sbin/nginx", ["-v"], { stdio: ["ignore", "pipe", "pipe"] }).toString(), rounds: kRounds, seconds: kSeconds,
  });
} finally {
  nginx.process.kill("SIGTERM");
  await edge.service.remove();
  rmSync(folder, { recursive: true, force: true });
}
