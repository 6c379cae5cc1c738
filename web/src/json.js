// JSON on pages whose libraries have changed what it is made of.

/**
 * The JSON of a value. Libraries from before browsers had JSON give lists a `toJSON` that quotes them
 * twice; it is put aside meanwhile.
 */
function jsonOf(value) {
  const owners = [String.prototype, Array.prototype, Object.prototype, Number.prototype];
  const kept = owners.map(function (owner) {
    return Object.prototype.hasOwnProperty.call(owner, "toJSON") ? Object.getOwnPropertyDescriptor(owner, "toJSON") : null;
  });
  owners.forEach(function (owner) { delete owner.toJSON; });
  try {
    return JSON.stringify(value);
  } finally {
    owners.forEach(function (owner, i) { if (kept[i]) Object.defineProperty(owner, "toJSON", kept[i]); });
  }
}
