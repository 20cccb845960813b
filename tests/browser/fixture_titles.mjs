// The canned library: films in every state, and a series, as the API describes them.

const kBlur = [
  "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
  "L6PZfSi_.AyE_3t7t7R**0o#DgR4",
  "LKO2?U%2Tw=w]~RBVZRi};RPxuwH",
  "LGF5]+Yk^6#M@-5c,1J5@[or[Q6.",
];

function picture(index, kind) {
  const [width, height] = kind === "poster" ? [600, 900] : [1280, 720];
  const id = `0193c${kind === "poster" ? "0" : "1"}${String(index % 4).padStart(26, "0")}`;
  return { id, url: `/v1/images/${id}`, width, height, blurhash: kBlur[index % 4] };
}

/** The file of a picture's id; null when there is none. */
export function pictureFile(id) {
  const found = /^0193c([01])0{25}([0-3])$/.exec(id);
  return found ? `${found[1] === "0" ? "upright" : "poster"}-${found[2]}.jpg` : null;
}

function title(index, name, year, durationMs, more = {}) {
  const id = `0193a${String(index).padStart(27, "0")}`;
  return {
    id,
    kind: "film",
    name,
    year,
    duration_ms: durationMs,
    playable: true,
    state: "ready",
    progress: 1,
    poster_url: `/media/poster-${index % 4}.jpg`,
    poster: picture(index, "poster"),
    backdrop: picture(index, "backdrop"),
    landscape: null,
    genres: [],
    announced: false,
    maturity: 0,
    certificate: null,
    ...more,
  };
}

const bare = { poster_url: null, poster: null, backdrop: null };

export function cannedTitles() {
  return [
    title(0, "First Light", 2026, 30_000, {
      genres: ["Documentary", "Short"],
      certificate: "FSK 0",
      plot: "A town wakes up along a river, told in thirty seconds of one morning that took a year to film.",
    }),
    title(1, "The Tide Clock", 2025, 180_000, {
      state: "encoding",
      progress: 0.43,
      genres: ["Drama"],
      certificate: "FSK 6",
      maturity: 6,
      plot: "The clock in the harbour has stopped. The keeper's granddaughter is the only one who minds, and the only one who can hear why.",
    }),
    title(2, "A House of Lanterns", 2024, 600_000, {
      genres: ["Drama", "Mystery"],
      certificate: "FSK 12",
      maturity: 12,
      plot: "Seven sisters inherit seven rooms, and no two of them remember the same house.",
    }),
    title(3, "Meridian", 2019, 5_700_000, {
      genres: ["Science fiction"],
      maturity: 16,
      certificate: "FSK 16",
    }),
    title(4, "Night Ferry to Aarhus", 2011, 6_240_000, {
      playable: false,
      state: "encoding",
      progress: 0.12,
      genres: ["Drama"],
      ...bare,
    }),
    title(5, "Salt", 1998, 4_980_000, { playable: false, state: "queued", progress: 0, ...bare }),
    title(6, "Paper Rivers", null, null, {
      playable: false,
      state: "failed",
      progress: 0,
      ...bare,
    }),
    title(7, "The Cartographer's Daughter and the Very Long Winter", 1974, 7_200_000, {
      genres: ["Drama"],
    }),
    title(8, "Tide Tables", 2023, null, {
      kind: "show",
      genres: ["Drama", "Mystery"],
      certificate: "FSK 6",
      maturity: 6,
      plot: "A lighthouse, a radio, and a village that only exists at low water.",
    }),
  ];
}

const kShow = cannedTitles()[8];

/** Seasons of the one series: three of the first, one of the second, all short. */
export function cannedSeasons() {
  const names = [["Low Water", "The Radio Man", "The Drowned Bell"], ["Spring Tide"]];
  return names.map((episodes, season) => ({
    id: `0193d${String(season).padStart(27, "0")}`,
    season_number: season + 1,
    name: `Season ${season + 1}`,
    episodes: episodes.map((name, index) =>
      title(20 + season * 10 + index, name, 2023, 30_000, {
        kind: "episode",
        show_id: kShow.id,
        show_name: kShow.name,
        season_number: season + 1,
        episode_number: index + 1,
        maturity: 6,
        plot: "The water goes out farther than anybody remembers, and something answers on the radio.",
      }),
    ),
  }));
}

export function cannedEpisodes() {
  return cannedSeasons().flatMap((season) => season.episodes);
}

/** What the title's own page has beyond the list. */
export function detailOf(title) {
  const show = title.kind === "show";
  return {
    ...title,
    height: show ? null : 360,
    audio: show
      ? []
      : [
          { language: "en", name: "English" },
          { language: "de", name: "Deutsch" },
        ],
    captions: show ? [] : [{ language: "en", name: "English" }],
    tagline: title.plot ? "Nobody keeps the sea waiting." : null,
    original_name: null,
    countries: ["Denmark", "Germany"],
    directors: ["J. J. Holm"],
    writers: ["Ada Brandt"],
    cast: [
      { name: "Mira Sand", role: "The keeper" },
      { name: "Otto Lind", role: null },
      { name: "J. J. Holm", role: "A voice on the radio" },
    ],
    studios: ["Matinee"],
    tags: [],
    premiered: "2024-03-01",
    chapters: [],
    markers: [],
    seasons: show ? cannedSeasons() : [],
    editions:
      title.name === "First Light"
        ? [{ id: cannedTitles()[2].id, name: "Director's cut", height: 1080 }]
        : [],
    extras: title.name === "First Light" ? [cannedTitles()[1]] : [],
    images: {},
  };
}

/** Home as the server makes it: a billboard and rows, no title twice but in "continue watching". */
export function homeOf(titles, history) {
  const begun = history.flatMap((item) => {
    const known = [...titles, ...cannedEpisodes()].find((each) => each.id === item.title_id);
    return known && !item.completed ? [{ ...known, position_ms: item.position_ms }] : [];
  });
  const billboard = titles.find((each) => each.playable && each.plot) ?? null;
  const shown = new Set(billboard ? [billboard.id] : []);
  const rows = [{ id: "continue-watching", name: "Continue watching", titles: begun }];
  const take = (id, name, list) => {
    const fresh = list.filter((each) => !shown.has(each.id));
    for (const each of fresh) shown.add(each.id);
    if (fresh.length > 0) rows.push({ id, name, titles: fresh });
  };
  take("recently-added", "Recently added", titles.slice(0, 4));
  take(
    "genre-drama",
    "Drama",
    titles.filter((each) => each.genres.includes("Drama")),
  );
  take("genre-other", "Other", titles);
  return { billboard, rows: rows.filter((row) => row.titles.length > 0) };
}

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function searchOf(titles, query) {
  const words = folded(query);
  const named = (list) =>
    [...new Set(list)]
      .filter((name) => folded(name).includes(words))
      .map((name) => ({ name, titles: 1 }));
  return {
    titles: titles.filter((each) => folded(each.name).includes(words)),
    people: named(["J. J. Holm", "Ada Brandt", "Mira Sand", "Otto Lind"]),
    genres: named(titles.flatMap((each) => each.genres)),
  };
}

/** What tests may change, as it is at first. */
export function cannedState() {
  return {
    titles: cannedTitles(),
    history: [],
    house: null,
    chapters: [],
    markers: [],
    api: 0,
    playFaults: 0,
    scriptFaults: 0,
    media: "up",
    token: 1,
    events: [],
    keys: [],
    searches: [],
  };
}
