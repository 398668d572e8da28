/* The forms that the parts of the product bring to the phone. Each calls `registerForm` once when its module loads. */

const forms = new Map();
const waiting = [];

/**
 * Add a form.
 *
 * type      the kind of entry (as registered on the server)
 * title     words on the tile of a community
 * icon      name of an icon of the page
 * order     place among the tiles
 * summary   async ({ pack, pending }) => one grey line under the title
 * screen    async ({ pack, path, refresh, pending }) => { title, content, back }: draws what stands at #/<type>/<community>/<path…>
 * describe  (op) => one line for the list of what is not yet sent
 */
export function registerForm(form) {
  forms.set(form.type, { order: 50, ...form });
  for (const work of waiting) work();
}

export const formOf = (type) => forms.get(type);
export const allForms = () => [...forms.values()].sort((a, b) => a.order - b.order);
export const onRegistered = (work) => waiting.push(work);
