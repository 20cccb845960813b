// Signing in, profiles and devices of the canned house.

/** What a house says that asks nobody to sign in. */
export const openHouse = {
  state: "ready",
  account: null,
  profile: null,
  server_name: "",
  demo: false,
};

/** A claimed house with one account, three profiles (one locked, one a child's), nobody signed in. */
export function cannedHouse() {
  return {
    claimToken: "claim-token",
    inviteToken: "invite-token",
    accounts: [{ id: "a1", name: "ida", password: "correct horse", role: "owner" }],
    account: null,
    profile: null,
    profiles: [
      profile("p1", "Ida", { avatar: "owl" }),
      profile("p2", "Otto", { avatar: "rocket", pin: "2468" }),
      profile("p3", "Mia", { avatar: "whale", kind: "child", maturity_max: 6 }),
    ],
    devices: [
      {
        id: "s1",
        device: "Chrome on Linux",
        created_ms: 1,
        last_seen_ms: Date.now(),
        current: true,
      },
      {
        id: "s2",
        device: "Safari on iPad",
        created_ms: 1,
        last_seen_ms: Date.now() - 7_200_000,
        current: false,
      },
    ],
    wrongPins: 0,
  };
}

function profile(id, name, more = {}) {
  return {
    id,
    name,
    kind: "adult",
    avatar: "reel",
    language: "en",
    maturity_max: null,
    autoplay: true,
    pin: null,
    ...more,
  };
}

const shown = ({ pin, ...rest }) => ({ ...rest, has_pin: pin !== null });

export function meOf(house) {
  const state =
    house.accounts.length === 0
      ? "unclaimed"
      : house.account === null
        ? "signed_out"
        : house.profile === null
          ? "gate"
          : "ready";
  const { account } = house;
  return {
    state,
    account: account && { id: account.id, name: account.name, role: account.role },
    profile: house.profile && shown(house.profile),
    server_name: "The house on the hill",
    demo: false,
  };
}

const refuse = (status, detail, headers = {}) => [
  status,
  { title: "Refused", status, detail },
  headers,
];
const done = (body = {}) => [200, body];

function enter(house, account) {
  house.account = account;
  house.profile = null;
  return done();
}

function newAccount(house, body, token, role) {
  if (body.token !== token) return refuse(403, "the link is not valid any more");
  const account = { id: `a${house.accounts.length + 1}`, role, ...body };
  house.accounts.push(account);
  return enter(house, account);
}

function select(house, wanted, body) {
  if (wanted.pin !== null && body.pin !== wanted.pin) {
    house.wrongPins++;
    return house.wrongPins >= 3
      ? refuse(429, "too many tries", { "Retry-After": "30" })
      : refuse(403, "the PIN is wrong");
  }
  house.profile = wanted;
  return done();
}

function profiles(house, method, path, body) {
  if (house.account === null) return refuse(401, "sign in first");
  if (path === "/v1/profiles" && method === "GET")
    return done({ profiles: house.profiles.map(shown) });
  if (path === "/v1/profiles") {
    const made = profile(`p${Date.now()}`, body.name, body);
    house.profiles.push(made);
    return [201, shown(made)];
  }
  const [, , , id, action] = path.split("/");
  const wanted = house.profiles.find((each) => each.id === id);
  if (!wanted) return refuse(404, "no such profile");
  if (action === "select") return select(house, wanted, body);
  if (method === "DELETE") {
    house.profiles = house.profiles.filter((each) => each !== wanted);
    return [204, null];
  }
  Object.assign(wanted, body);
  return done(shown(wanted));
}

/** The answer [status, body, headers] of a request that is about the house; null for another. */
export function answerHouse(house, method, path, body) {
  if (path === "/v1/me") return done(meOf(house));
  if (path === "/v1/claim")
    return house.accounts.length > 0
      ? refuse(409, "claimed already")
      : newAccount(house, body, house.claimToken, "owner");
  if (path === "/v1/invitations/accept")
    return newAccount(house, body, house.inviteToken, "viewer");
  if (path === "/v1/sign-in") {
    const found = house.accounts.find(
      (each) => each.name === body.name && each.password === body.password,
    );
    return found ? enter(house, found) : refuse(403, "name or password is wrong");
  }
  if (path === "/v1/sign-out") {
    house.account = house.profile = null;
    return done();
  }
  if (path === "/v1/password") {
    if (body.current !== house.account?.password) return refuse(403, "the password is wrong");
    house.account.password = body.new;
    return done();
  }
  if (path === "/v1/sessions") return done({ sessions: house.devices });
  if (path.startsWith("/v1/sessions/")) {
    house.devices = house.devices.filter((each) => !path.endsWith(each.id));
    return [204, null];
  }
  if (path.startsWith("/v1/profiles")) return profiles(house, method, path, body);
  if (house.profile === null) return refuse(401, "sign in first");
  return null;
}
