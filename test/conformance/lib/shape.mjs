// SPDX-License-Identifier: Apache-2.0

const typeOf = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

/** Shape is the types of JSON that values have, with those of their members and elements. */
export class Shape {
  types = new Set();
  members = new Map();
  elements;

  /** add lets a further value have a part in the shape. */
  add(value) {
    const type = typeOf(value);
    this.types.add(type);
    if (type === "array") {
      this.elements ??= new Shape();
      value.forEach((element) => this.elements.add(element));
    } else if (type === "object") {
      for (const [name, member] of Object.entries(value)) {
        if (!this.members.has(name)) {
          this.members.set(name, new Shape());
        }
        this.members.get(name).add(member);
      }
    }
    return this;
  }
}

/** compare lists where two shapes differ, and which places they have in common. Null fits every type. */
export function compare(want, got, path = "", result = { faults: [], common: [] }) {
  const [known, seen] = [want, got].map((shape) => [...shape.types].filter((type) => type !== "null"));
  const strange = seen.filter((type) => known.length > 0 && !known.includes(type));
  result.common.push(path);
  if (strange.length > 0) {
    result.faults.push(`${path}: got ${strange.join(" and ")}, want ${known.join(" or ")}`);
  }
  if (want.elements && got.elements) {
    compare(want.elements, got.elements, `${path}[]`, result);
  }
  for (const [name, member] of got.members) {
    if (want.members.has(name)) {
      compare(want.members.get(name), member, `${path}.${name}`, result);
    }
  }
  return result;
}
