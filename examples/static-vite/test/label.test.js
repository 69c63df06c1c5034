import assert from "node:assert/strict";
import { test } from "node:test";

import { label } from "../src/label.ts";

test("says how often", () => {
  assert.equal(label(1), "pressed once");
  assert.equal(label(2), "pressed 2 times");
});
