// What a page in view can send to another site without being asked whether it may.

const URL_ENCODED = 'application/x-www-form-urlencoded';

// Sends a form, as a button would; what is in view afterwards is what it `leads` to.
export async function form(page, action, fields = {}, how = {}) {
  const { enctype = URL_ENCODED, leads = action } = how;
  await Promise.all([
    page.waitForURL(leads),
    page.evaluate(
      ([action, fields, enctype]) => {
        const form = document.createElement('form');
        Object.assign(form, { method: 'post', action, enctype });
        for (const [name, value] of Object.entries(fields)) {
          form.append(Object.assign(document.createElement('input'), { name, value }));
        }
        document.documentElement.append(form);
        form.submit();
      },
      [action, fields, enctype],
    ),
  ]);
}

// A form that a server reads as this JSON, if it looks at nothing but the bytes.
export function jsonForm(page, action, json) {
  const text = JSON.stringify({ ...json, x: '=' });
  const [name, value] = [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)];
  return form(page, action, { [name]: value }, { enctype: 'text/plain' });
}

// Fetches with the cookies of that place, without asking for the answer.
export const blind = (page, url, body = '') =>
  page.evaluate(
    async ([url, body]) => {
      const credentials = 'include';
      await fetch(url, { method: 'POST', mode: 'no-cors', credentials, body });
    },
    [url, body],
  );

// The name of the error of a fetch that asks whether it may.
export const asking = (page, url, init) =>
  page.evaluate(
    ([url, init]) =>
      fetch(url, { credentials: 'include', ...init }).then(
        () => 'it may',
        (error) => error.name,
      ),
    [url, init],
  );

// What a page shows in itself of another site, once it is there.
export async function embedded(page, src) {
  const [frame] = await Promise.all([
    page.waitForEvent('framenavigated', (frame) => frame.url() === src),
    page.evaluate((src) => {
      document.documentElement.append(Object.assign(document.createElement('iframe'), { src }));
    }, src),
  ]);
  return frame;
}
