import assert from "node:assert/strict";
import { test } from "node:test";

import { createApp } from "../dist/app.js";

test("a note is kept", async (t) => {
  const server = createApp().listen(0);
  t.after(() => server.close());
  const url = `http://127.0.0.1:${server.address().port}/notes`;
  const made = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: '{"text":"milk"}' });
  assert.equal(made.status, 201);
  assert.deepEqual(await (await fetch(url)).json(), [{ id: 1, text: "milk" }]);
});
