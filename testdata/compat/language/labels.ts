// Labels, enums and parameter properties, as TypeScript has them.
enum Colour { Red, Green = 5, Blue }
class Point { constructor(readonly x: number, public y = 2) {} }
outer: for (let i = 0; i < 3; i++) {
  for (let j = 0; j < 3; j++) {
    if (j === 2) continue outer;
    if (i === 2) break outer;
    console.log(i, j, Colour[5], Colour.Blue);
  }
}
console.log(new Point(1), { ...new Point(3, 4) } satisfies object);
