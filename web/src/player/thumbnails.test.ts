// Goal: a map of tiles gives the tile of every moment, and a broken map gives fewer pictures, never an error.
import { expect, it } from "vitest";
import { parseThumbnails, thumbnailAt } from "./thumbnails";

const map = `WEBVTT

00:00:00.000 --> 00:00:10.000
tiles/0.jpg#xywh=0,0,160,90

1
00:10.000 --> 00:20.000
tiles/0.jpg#xywh=160,0,160,90

00:00:20.000 --> 00:00:30.000
no-fragment.jpg

01:00:30.000 --> 01:00:40.000 line:0
/m/x/1.jpg#xywh=pixel:0,90,160,90
`;

it("reads cues with addresses relative to the map", () => {
  const cues = parseThumbnails(map, "http://h/m/token/thumbs.vtt");
  expect(cues.map(({ startMs, url, x, y }) => [startMs, url, x, y])).toEqual([
    [0, "http://h/m/token/tiles/0.jpg", 0, 0],
    [10_000, "http://h/m/token/tiles/0.jpg", 160, 0],
    [3_630_000, "http://h/m/x/1.jpg", 0, 90],
  ]);
  expect(thumbnailAt(cues, 9999)?.x).toBe(0);
  expect(thumbnailAt(cues, 10_000)?.x).toBe(160);
  expect(thumbnailAt(cues, 9_999_999)?.y).toBe(90);
  expect(thumbnailAt([], 5)).toBeNull();
});

it.each([
  "",
  "WEBVTT",
  "00:00:00.000 --> 00:00:10.000",
  "x#xywh=1,2,3",
  "\u0000\u0000 --> \n#xywh=0,0,1,1",
])("takes %j for a map without pictures", (text) =>
  expect(parseThumbnails(text, "http://h/")).toEqual([]),
);
