/* What the phone keeps: entries, photos, downloaded communities, and a few words about itself. In IndexedDB. */

const NAME = "jiugai-phone";
const VERSION = 1;
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const db = request.result;
      const ops = db.createObjectStore("ops", { keyPath: "id" });
      ops.createIndex("community", "community");
      db.createObjectStore("photos", { keyPath: "sha256" });
      db.createObjectStore("packs", { keyPath: "id" });
      db.createObjectStore("about", { keyPath: "key" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Run `work(store)` in one transaction; resolves once it is safely written. */
async function within(name, mode, work) {
  const db = await open();
  const transaction = db.transaction(name, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error ?? new Error("手机存储空间不足"));
  });
  const result = await work(transaction.objectStore(name));
  await done;
  return result;
}

export const read = (name, key) => within(name, "readonly", (store) => settled(store.get(key)));
export const readAll = (name) => within(name, "readonly", (store) => settled(store.getAll()));
export const write = (name, value) => within(name, "readwrite", (store) => settled(store.put(value)));
export const remove = (name, key) => within(name, "readwrite", (store) => settled(store.delete(key)));
export const opsOf = (community) =>
  within("ops", "readonly", (store) => settled(store.index("community").getAll(community)));

/** Change one row under a lock: no other page of ours can write in between. */
export const change = (name, key, work) =>
  within(name, "readwrite", async (store) => {
    const next = work(await settled(store.get(key)));
    if (next !== undefined) await settled(store.put(next));
    return next;
  });

/** Ask the browser not to throw our data away when space is short. */
export const persist = () => navigator.storage?.persist?.().catch(() => false);
