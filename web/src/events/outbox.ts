// Events that the server has not acknowledged yet, kept through reloads where the browser lets us.
import type { ViewingEvent } from "../api/types";

/** Holds events by session_seq. Order is by session_seq; putting one again replaces it. */
export interface Outbox {
  load(): Promise<ViewingEvent[]>;
  put(event: ViewingEvent): void;
  remove(sequences: readonly number[]): void;
}

/** Keeps nothing beyond the page: the reporter's own queue is the store. */
export const memoryOutbox: Outbox = {
  load: () => Promise.resolve([]),
  put: () => undefined,
  remove: () => undefined,
};

const kStore = "events";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("matinee-outbox", 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(kStore, { keyPath: "session_seq" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error("the browser refused its database"));
  });
}

/** Events in IndexedDB. When the database fails, it acts as the memory outbox: reporting never stops playing. */
export function databaseOutbox(): Outbox {
  if (typeof indexedDB === "undefined") return memoryOutbox;
  const database = open().catch(() => null);
  const write = (change: (store: IDBObjectStore) => void): void => {
    void database.then((db) => {
      if (db) change(db.transaction(kStore, "readwrite").objectStore(kStore));
    }, undefined);
  };
  return {
    load: async () => {
      const db = await database;
      if (!db) return [];
      return new Promise((resolve) => {
        const request = db.transaction(kStore, "readonly").objectStore(kStore).getAll(null, 1000);
        request.onsuccess = () => resolve(request.result as ViewingEvent[]);
        request.onerror = () => resolve([]);
      });
    },
    put: (event) => write((store) => store.put(event)),
    remove: (sequences) =>
      write((store) => {
        for (const sequence of sequences) store.delete(sequence);
      }),
  };
}
