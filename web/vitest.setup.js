// Node 18 has no global `crypto`; browsers and newer Nodes have.
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;
