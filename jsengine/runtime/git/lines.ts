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

/** WORST bounds the steps of one search for a middle: beyond, what is left is told as replaced. */
const WORST = 2000;

/**
 * compare finds what changed between two lists of lines, in order: Myers' search
 * from both ends for the middle of a shortest way, and the same of both halves.
 */
export function compare(old: string[], now: string[], same: (line: string) => string = (l) => l): Change[] {
  const ids = new Map<string, number>();
  const number = (lines: string[]) =>
    Int32Array.from(lines, (line) => {
      const key = same(line);
      let id = ids.get(key);
      if (id === undefined) ids.set(key, (id = ids.size));
      return id;
    });
  const x = number(old);
  const y = number(now);
  const gone = new Uint8Array(x.length + 1);
  const came = new Uint8Array(y.length + 1);
  const size = x.length + y.length + 3;
  const forward = new Int32Array(2 * size);
  const backward = new Int32Array(2 * size);

  const search = (a: number, A: number, b: number, B: number): void => {
    while (a < A && b < B && x[a] === y[b]) a++, b++;
    while (a < A && b < B && x[A - 1] === y[B - 1]) A--, B--;
    if (a === A || b === B) {
      gone.fill(1, a, A);
      came.fill(1, b, B);
      return;
    }
    const middle = split(a, A, b, B);
    if (!middle) {
      gone.fill(1, a, A);
      came.fill(1, b, B);
      return;
    }
    search(a, middle[0], b, middle[1]);
    search(middle[0], A, middle[1], B);
  };

  // A diagonal is the old position less the new one; size keeps it positive.
  const split = (a: number, A: number, b: number, B: number): [number, number] | undefined => {
    const first = a - b + size;
    const last = A - B + size;
    const odd = ((first - last) & 1) !== 0;
    const least = a - B + size;
    const most = A - b + size;
    forward[first] = a;
    backward[last] = A;
    let lowF = first;
    let highF = first;
    let lowB = last;
    let highB = last;
    for (let step = 1; step < WORST; step++) {
      if (lowF > least) forward[--lowF - 1] = -1;
      else lowF++;
      if (highF < most) forward[++highF + 1] = -1;
      else highF--;
      for (let d = highF; d >= lowF; d -= 2) {
        let i = forward[d - 1]! >= forward[d + 1]! ? forward[d - 1]! + 1 : forward[d + 1]!;
        let j = i - (d - size);
        while (i < A && j < B && x[i] === y[j]) i++, j++;
        forward[d] = i;
        if (odd && lowB <= d && d <= highB && backward[d]! <= i) return [i, j];
      }
      if (lowB > least) backward[--lowB - 1] = 0x7fffffff;
      else lowB++;
      if (highB < most) backward[++highB + 1] = 0x7fffffff;
      else highB--;
      for (let d = highB; d >= lowB; d -= 2) {
        let i = backward[d - 1]! < backward[d + 1]! ? backward[d - 1]! : backward[d + 1]! - 1;
        let j = i - (d - size);
        while (i > a && j > b && x[i - 1] === y[j - 1]) i--, j--;
        backward[d] = i;
        if (!odd && lowF <= d && d <= highF && i <= forward[d]!) return [i, j];
      }
    }
    return undefined;
  };

  search(0, x.length, 0, y.length);
  const out: Change[] = [];
  for (let i = 0, j = 0; i < x.length || j < y.length; ) {
    const a = i;
    const b = j;
    while (i < x.length && gone[i]) i++;
    while (j < y.length && came[j]) j++;
    if (i > a || j > b) out.push({ a, A: i, b, B: j });
    else i++, j++;
  }
  return slide(out, { ids: x, lines: old }, { ids: y, lines: now });
}

interface Side {
  ids: Int32Array;
  lines: string[];
}

/**
 * slide moves runs of lines that only came, or only went, and could as well lie
 * above or below to where people would put them: to the next change, or else where
 * what is around is set in least, as far down as can be.
 */
function slide(changes: Change[], x: Side, y: Side): Change[] {
  const out: Change[] = [];
  for (let i = 0; i < changes.length; i++) {
    let c = changes[i]!;
    for (;;) {
      if (c.a < c.A && c.b < c.B) break;
      const { ids, lines } = c.a < c.A ? x : y;
      const [start, end] = c.a < c.A ? [c.a, c.A] : [c.b, c.B];
      const before = out.at(-1);
      const after = changes[i + 1];
      const above = before ? c.a - before.A : Math.min(c.a, c.b);
      const below = after ? after.a - c.A : Math.min(x.ids.length - c.A, y.ids.length - c.B);
      let up = 0;
      while (up < above && ids[start - up - 1] === ids[end - up - 1]) up++;
      let down = 0;
      while (down < below && ids[start + down] === ids[end + down]) down++;
      if (after && down === below && below > 0) {
        // Both are one from here on.
        c = { a: c.a + down, A: after.A, b: c.b + down, B: after.B };
        i++;
        continue;
      }
      if (before && up === above && above > 0) {
        out.pop();
        c = { a: before.a, A: c.A - up, b: before.b, B: c.B - up };
        continue;
      }
      let best = down;
      let least = Number.POSITIVE_INFINITY;
      for (let by = down; by >= Math.max(-up, down - 100); by--) {
        const cost = edge(lines, end + by) + edge(lines, start + by);
        if (cost < least) [least, best] = [cost, by];
      }
      c = { a: c.a + best, A: c.A + best, b: c.b + best, B: c.B + best };
      break;
    }
    out.push(c);
  }
  return out;
}

/** depth is how far a line is set in, or -1 if there is nothing on it. */
function depth(line: string): number {
  let n = 0;
  for (const c of line) {
    if (c === "\t") n += 8 - (n % 8);
    else if (c === " ") n++;
    else return c === "\n" || c === "\r" ? -1 : n;
  }
  return -1;
}

/** edge says how bad it would be to cut before a line. */
function edge(lines: string[], at: number): number {
  let next = at;
  while (next < lines.length && depth(lines[next]!) < 0) next++;
  const blank = at > 0 && depth(lines[at - 1]!) < 0;
  const inside = next < lines.length ? depth(lines[next]!) : 0;
  return inside * 4 + (blank ? 0 : 2) + (next > at ? 3 : 0);
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
