// The canned titles of the studio's pages, one in every state.
export const kNow = Date.now();
export const idOf = (index) => `0193a${String(index).padStart(27, "0")}`;

function title(index, name, year, state, more = {}) {
  return {
    id: idOf(index),
    kind: "film",
    name,
    year,
    duration_ms: 5_400_000,
    playable: state === "ready",
    state,
    progress: state === "ready" ? 1 : 0,
    poster_url: null,
    announced: false,
    edition_name: null,
    show_name: null,
    season_number: null,
    episode_number: null,
    missing_since_ms: null,
    path: `/srv/films/${name}${year ? ` (${year})` : ""}.mkv`,
    source_bytes: 4_200_000_000 + index * 310_000_000,
    message: "",
    notes: [],
    package_version: state === "ready" ? 2 : 0,
    estimate_cpu_seconds: 7_200,
    estimate_bytes: 2_900_000_000,
    added_ms: kNow - index * 3_700_000,
    sidecars: index % 3,
    jobs: { queued: 0, leased: 0, done: state === "ready" ? 14 : 0, failed: 0 },
    turn: "normal",
    ...more,
  };
}

export function cannedStudioTitles() {
  return [
    title(0, "Night Ferry to Aarhus", 2011, "encoding", {
      progress: 0.43,
      playable: true,
      jobs: { queued: 9, leased: 2, done: 11, failed: 0 },
    }),
    title(1, "Paper Rivers", null, "failed", {
      message: "decoding stopped at 12:04 of 1:31:20: the file is cut off",
      jobs: { queued: 0, leased: 0, done: 3, failed: 5 },
    }),
    title(2, "The Tide Clock", 2025, "queued", {
      jobs: { queued: 1, leased: 0, done: 0, failed: 0 },
    }),
    title(3, "A House of Lanterns", 2024, "ready", {
      notes: ["captions /srv/films/A House of Lanterns (2024).pl.srt: no cue can be read"],
    }),
    title(4, "Meridian", 2019, "ready"),
    title(5, "The Cartographer's Daughter and the Very Long Winter", 1974, "ready"),
    title(6, "Salt", 1998, "ready"),
    title(7, "影の部屋", 2003, "ready", {
      kind: "episode",
      show_name: "The Long Corridor",
      season_number: 1,
      episode_number: 3,
      year: null,
    }),
  ];
}
