/** Change says that the old lines from a to A become the new ones from b to B. */
export interface Change {
  a: number;
  A: number;
  b: number;
  B: number;
}

/** split cuts a text into its lines, each with its end. */
export function split(text: string): string[] {
  const out = text.split(/(?<=\n)/);
  return out.length === 1 && out[0] === "" ? [] : out;
}

/** Rather than to look on for a shortest way, a search takes a good one after so many steps, or more of many lines. */
const PATIENCE = 256;

/** After so much work in all, a search takes what it finds first. */
const WORK = 10_000_000;

/** So many equal lines in a row are no accident. */
const RUN = 20;

/** root is the power of two next to a square root. */
function root(n: number): number {
  let out = 1;
  for (; n > 0; n >>= 2) out <<= 1;
  return out;
}

/** Numbered is a list of lines with a number for each, the same for the same lines, and which of them changed. */
interface Numbered {
  lines: string[];
  ids: Int32Array;
  changed: Uint8Array;
  /** How far each line is set in, and two more; 0: that is not known yet. */
  depths: Uint8Array;
}

/**
 * compare finds what changed between two lists of lines, in order. As in git, lines
 * that tell nothing are left out, Myers' search goes over the others, and runs of
 * changed lines are moved to where they read best, if they are indented, or down.
 */
export function compare(old: string[], now: string[], same: (line: string) => string = (l) => l, indented = true): Change[] {
  const numbers = new Map<string, number>();
  const number = (lines: string[]): Numbered => {
    const ids = Int32Array.from(lines, (line) => {
      const key = same(line);
      let id = numbers.get(key);
      if (id === undefined) numbers.set(key, (id = numbers.size));
      return id;
    });
    return { lines, ids, changed: new Uint8Array(lines.length + 1), depths: new Uint8Array(lines.length) };
  };
  const x = number(old);
  const y = number(now);
  let head = 0;
  while (head < old.length && head < now.length && x.ids[head] === y.ids[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && x.ids[old.length - 1 - tail] === y.ids[now.length - 1 - tail]) tail++;
  const telling = (from: Numbered, other: Numbered) => {
    const counts = new Int32Array(numbers.size);
    for (const id of other.ids) counts[id]!++;
    return tellingLines(from, counts, head, from.ids.length - tail);
  };
  const [rowsX, rowsY] = [telling(x, y), telling(y, x)];
  search(x, rowsX, y, rowsY);
  slide(x, y, indented);
  slide(y, x, indented);
  const out: Change[] = [];
  for (let i = 0, j = 0; i < old.length || j < now.length; i++, j++) {
    const a = i;
    const b = j;
    while (x.changed[i]) i++;
    while (y.changed[j]) j++;
    if (i > a || j > b) out.push({ a, A: i, b, B: j });
  }
  return out;
}

/**
 * tellingLines gives the places of the lines that are worth a search, and marks the
 * others as changed: those that the other side lacks, and among such those that it
 * has very often.
 */
function tellingLines({ ids, changed }: Numbered, counts: Int32Array, from: number, to: number): Int32Array {
  const often = Math.min(root(ids.length), 1024);
  const count = (i: number) => counts[ids[i]!]!;
  const none = new Int32Array(to + 1); // how many lines before each the other side lacks
  const above = new Int32Array(to + 1); // the last before each that is worth a search, and the next
  const below = new Int32Array(to + 1);
  above[from] = from - 1;
  for (let i = from; i < to; i++) {
    const n = count(i);
    none[i + 1] = none[i]! + (n === 0 ? 1 : 0);
    above[i + 1] = n > 0 && n < often ? i : above[i]!;
  }
  for (let i = to - 1, next = to; i >= from; i--) {
    below[i] = next;
    if (count(i) > 0 && count(i) < often) next = i;
  }
  // A line that is there very often says nothing if most around it are lacking.
  const noise = (i: number) => {
    const first = Math.max(above[i]! + 1, i - 100);
    const end = Math.min(below[i]!, i + 101);
    const lack = none[end]! - none[first]!;
    const many = end - first + 1 - lack;
    return none[i]! > none[first]! && none[end]! > none[i + 1]! && 3 * many < lack;
  };
  const out: number[] = [];
  for (let i = from; i < to; i++) {
    const n = count(i);
    if (n === 0 || (n >= often && noise(i))) changed[i] = 1;
    else out.push(i);
  }
  return Int32Array.from(out);
}

/** search marks the fewest lines as changed, or nearly: it looks for the middle of a shortest way, and so on in both halves. */
function search(old: Numbered, rowsX: Int32Array, now: Numbered, rowsY: Int32Array) {
  const x = rowsX.map((i) => old.ids[i]!);
  const y = rowsY.map((i) => now.ids[i]!);
  const size = x.length + y.length + 3;
  let patience = Math.max(root(size), PATIENCE);
  let work = 0;
  // How far one comes on each diagonal, the old place less the new one, from the start and from the end.
  const forward = new Int32Array(2 * size);
  const backward = new Int32Array(2 * size);

  // exact says that the shortest way is wanted, which is then known to be short.
  const solve = (a: number, A: number, b: number, B: number, exact: boolean): void => {
    for (;;) {
      while (a < A && b < B && x[a] === y[b]) a++, b++;
      while (a < A && b < B && x[A - 1] === y[B - 1]) A--, B--;
      if (a === A || b === B) {
        for (const i of rowsX.subarray(a, A)) old.changed[i] = 1;
        for (const j of rowsY.subarray(b, B)) now.changed[j] = 1;
        return;
      }
      const m = middle(a, A, b, B, exact);
      solve(a, m.i, b, m.j, m.exactBefore);
      [a, b, exact] = [m.i, m.j, m.exactAfter];
    }
  };

  const middle = (a: number, A: number, b: number, B: number, exact: boolean) => {
    const first = a - b + size;
    const last = A - B + size;
    const odd = ((first - last) & 1) !== 0;
    const least = a - B + size;
    const most = A - b + size;
    forward[first] = a;
    backward[last] = A;
    let [lowF, highF, lowB, highB] = [first, first, last, last];
    const at = (i: number, d: number, exactBefore: boolean, exactAfter: boolean) => ({ i, j: i - d + size, exactBefore, exactAfter });
    for (let step = 1; ; step++) {
      let run = false;
      if (lowF > least) forward[--lowF - 1] = -1;
      else lowF++;
      if (highF < most) forward[++highF + 1] = -1;
      else highF--;
      for (let d = highF; d >= lowF; d -= 2) {
        const start = forward[d - 1]! >= forward[d + 1]! ? forward[d - 1]! + 1 : forward[d + 1]!;
        let i = start;
        for (let j = i - d + size; i < A && j < B && x[i] === y[j]; j++) i++;
        if (i - start > RUN) run = true;
        forward[d] = i;
        if (odd && lowB <= d && d <= highB && backward[d]! <= i) return at(i, d, true, true);
      }
      if (lowB > least) backward[--lowB - 1] = 0x7fffffff;
      else lowB++;
      if (highB < most) backward[++highB + 1] = 0x7fffffff;
      else highB--;
      for (let d = highB; d >= lowB; d -= 2) {
        const start = backward[d - 1]! < backward[d + 1]! ? backward[d - 1]! : backward[d + 1]! - 1;
        let i = start;
        for (let j = i - d + size; i > a && j > b && x[i - 1] === y[j - 1]; j--) i--;
        if (start - i > RUN) run = true;
        backward[d] = i;
        if (!odd && lowF <= d && d <= highF && i <= forward[d]!) return at(i, d, true, true);
      }
      work += highF - lowF + highB - lowB;
      if (work > WORK) patience = 16;
      if (exact) continue;
      if (run && step > PATIENCE) {
        // A long run of equal lines far ahead is a good place to go by.
        const equal = (i: number, j: number) => {
          for (let k = 0; k < RUN; k++) if (x[i + k] !== y[j + k]) return false;
          return true;
        };
        let [best, reach] = [-1, 0];
        for (let d = highF; d >= lowF; d -= 2) {
          const i = forward[d]!;
          const j = i - d + size;
          const far = i - a + (j - b) - Math.abs(d - first);
          if (far > 4 * step && far > reach && a + RUN <= i && i < A && b + RUN <= j && j < B && equal(i - RUN, j - RUN)) [best, reach] = [d, far];
        }
        if (best >= 0) return at(forward[best]!, best, true, false);
        for (let d = highB; d >= lowB; d -= 2) {
          const i = backward[d]!;
          const j = i - d + size;
          const far = A - i + (B - j) - Math.abs(d - last);
          if (far > 4 * step && far > reach && a < i && i <= A - RUN && b < j && j <= B - RUN && equal(i, j)) [best, reach] = [d, far];
        }
        if (best >= 0) return at(backward[best]!, best, false, true);
      }
      if (step < patience) continue;
      // It has to do: the way that came farthest is taken.
      let [ahead, atF, onF] = [-1, 0, 0];
      for (let d = highF; d >= lowF; d -= 2) {
        const i = Math.min(forward[d]!, A, B + d - size);
        if (2 * i - d > ahead - size) [ahead, atF, onF] = [2 * i - d + size, i, d];
      }
      let [behind, atB, onB] = [0x7fffffff, 0, 0];
      for (let d = highB; d >= lowB; d -= 2) {
        const i = Math.max(backward[d]!, a, b + d - size);
        if (2 * i - d + size < behind) [behind, atB, onB] = [2 * i - d + size, i, d];
      }
      return A + B - behind < ahead - (a + b) ? at(atF, onF, true, false) : at(atB, onB, false, true);
    }
  };

  solve(0, x.length, 0, y.length, false);
}

/** INDENT is what one edge that is set in farther than another weighs against its faults. */
const INDENT = 60;

/**
 * slide moves runs of changed lines that could as well lie above or below: to a
 * change of the other side, the last if there are some, or else to where the edges
 * read best.
 */
function slide(mine: Numbered, other: Numbered, indented: boolean) {
  const { ids, changed } = mine;
  // The run from start to end, and where the other side stands: at its run from from to to, which may be empty.
  let start = 0;
  let end = 0;
  let from = 0;
  let to = 0;
  const grow = () => {
    while (changed[end]) end++;
  };
  const next = () => {
    from = to + 1;
    for (to = from; other.changed[to]; ) to++;
  };
  const previous = () => {
    to = from - 1;
    for (from = to; from > 0 && other.changed[from - 1]; ) from--;
  };
  const up = (): boolean => {
    if (start === 0 || ids[start - 1] !== ids[end - 1]) return false;
    changed[--start] = 1;
    changed[--end] = 0;
    while (start > 0 && changed[start - 1]) start--;
    previous();
    return true;
  };
  const down = (): boolean => {
    if (end === ids.length || ids[start] !== ids[end]) return false;
    changed[start++] = 0;
    changed[end++] = 1;
    grow();
    next();
    return true;
  };
  while (other.changed[to]) to++;
  for (grow(); ; start = ++end, grow(), next()) {
    if (end > start) {
      let size = 0;
      let top = 0;
      let match = -1; // where the run ends beside a change of the other side
      do {
        size = end - start;
        while (up());
        top = end;
        match = to > from ? end : -1;
        while (down()) if (to > from) match = end;
      } while (size !== end - start);
      if (match >= 0) while (from === to) up();
      else if (indented && end > top) {
        let best = end;
        let least: Edge | undefined;
        for (let at = Math.max(top, end - size - 1, end - 100); at <= end; at++) {
          const [low, high] = [edge(mine, at), edge(mine, at - size)];
          const sum = { indent: low.indent + high.indent, faults: low.faults + high.faults };
          if (least && INDENT * Math.sign(sum.indent - least.indent) + sum.faults - least.faults > 0) continue;
          [best, least] = [at, sum];
        }
        while (end > best) up();
      }
    }
    if (end >= ids.length) return;
  }
}

/** depth is how far a line is set in, or -1 if there is nothing on it. */
function depth({ lines, depths }: Numbered, i: number): number {
  const known = depths[i]!;
  if (known > 0) return known - 2;
  const blank = /^\s*/.exec(lines[i]!)![0];
  let n = blank.length === lines[i]!.length ? -1 : 0;
  if (n === 0) for (const c of blank) n += c === "\t" ? 8 - (n % 8) : c === " " ? 1 : 0;
  depths[i] = Math.min(n, 200) + 2;
  return depths[i]! - 2;
}

interface Edge {
  indent: number;
  faults: number;
}

/** edge says how it would be to cut before a line; the weights are those that git found best. */
function edge(side: Numbered, at: number): Edge {
  const length = side.lines.length;
  // near finds the next line that is not blank, and how many are: beyond 20 it does not look.
  const near = (i: number, by: number) => {
    for (let blank = 0; ; blank++, i += by) {
      if (blank === 20) return { indent: 0, blank };
      if (i < 0 || i >= length) return { indent: -1, blank };
      const indent = depth(side, i);
      if (indent >= 0) return { indent, blank };
    }
  };
  const before = near(at - 1, -1);
  const after = near(at + 1, 1);
  const own = at < length ? depth(side, at) : -1;
  const blankAfter = own < 0 ? 1 + after.blank : 0;
  const blank = before.blank + blankAfter;
  const indent = own < 0 ? after.indent : own;
  let faults = -30 * blank + 6 * blankAfter;
  if (before.indent < 0 && before.blank === 0) faults += 1;
  if (at >= length) faults += 21;
  if (indent >= 0 && before.indent >= 0) {
    if (indent > before.indent) faults += blank > 0 ? 10 : -4;
    else if (indent < before.indent) faults += blank > 0 ? 17 : after.indent > indent ? 24 : 23;
  }
  return { indent, faults };
}

/** Piece is a part of what a merge gives: lines that are agreed on, or a conflict. */
export type Piece = { lines: string[] } | { ours: string[]; base: string[]; theirs: string[] };

/** merge brings together what two sides made of the same lines. */
export function merge(base: string[], ours: string[], theirs: string[]): Piece[] {
  const a = compare(base, ours);
  const b = compare(base, theirs);
  const out: Piece[] = [];
  const agreed = (lines: string[]) => {
    const last = out.at(-1);
    if (lines.length === 0) return;
    if (last && "lines" in last) for (const line of lines) last.lines.push(line);
    else out.push({ lines: [...lines] });
  };
  let at = 0; // in base; what lies before is done
  let i = 0;
  let j = 0;
  let atA = 0; // where base's at is in ours, and in theirs
  let atB = 0;
  while (i < a.length || j < b.length) {
    const start = Math.min(a[i]?.a ?? Number.POSITIVE_INFINITY, b[j]?.a ?? Number.POSITIVE_INFINITY);
    agreed(base.slice(at, start));
    atA += start - at;
    atB += start - at;
    // All changes that touch each other are taken together.
    let end = start;
    const [i0, j0] = [i, j];
    for (let more = true; more; ) {
      more = false;
      while (i < a.length && (a[i]!.a < end || a[i]!.a === end)) {
        end = Math.max(end, a[i++]!.A);
        more = true;
      }
      while (j < b.length && (b[j]!.a < end || b[j]!.a === end)) {
        end = Math.max(end, b[j++]!.A);
        more = true;
      }
    }
    const grown = (list: Change[], from: number, to: number) => list.slice(from, to).reduce((n, c) => n + (c.B - c.b) - (c.A - c.a), end - start);
    const lineA = ours.slice(atA, atA + grown(a, i0, i));
    const lineB = theirs.slice(atB, atB + grown(b, j0, j));
    atA += lineA.length;
    atB += lineB.length;
    at = end;
    const equal = (p: string[], q: string[]) => p.length === q.length && p.every((l, k) => l === q[k]);
    if (i === i0) agreed(lineB);
    else if (j === j0 || equal(lineA, lineB)) agreed(lineA);
    else {
      // What both begin or end with is no conflict.
      let head = 0;
      while (head < lineA.length && head < lineB.length && lineA[head] === lineB[head]) head++;
      let tail = 0;
      while (tail < lineA.length - head && tail < lineB.length - head && lineA.at(-1 - tail) === lineB.at(-1 - tail)) tail++;
      agreed(lineA.slice(0, head));
      out.push({ ours: lineA.slice(head, lineA.length - tail), base: base.slice(start, end), theirs: lineB.slice(head, lineB.length - tail) });
      agreed(lineA.slice(lineA.length - tail));
    }
  }
  agreed(base.slice(at));
  return out;
}
