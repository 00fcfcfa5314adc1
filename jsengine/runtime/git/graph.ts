/** State is which kind of line comes next. */
type State = "before" | "commit" | "merge" | "collapse" | "padding";

/**
 * Graph draws the lines of --graph beside the commits. Each branch that a commit is
 * yet to come of has a column, two characters wide. A commit's line is followed by
 * the one on which a merge spreads, and by those on which branches move to the left
 * until each is in its column.
 */
export class Graph {
  private columns: string[] = []; // before the commit, and behind it
  private next: string[] = [];
  private oid = "";
  private parents: string[] = [];
  private mark = "*";
  private state: State = "padding";
  private previous: State = "padding";
  private at = 0; // the commit's column, and that of the one before
  private atBefore = 0;
  /** How wide the lines are. */
  width = 0;
  /** Which column the line at each place leads to, and the same before the last line; -1: there is none. */
  private targets: number[] = [];
  private targetsBefore: number[] = [];
  /** Whether a merge's first parent is not to its left, and how many columns the merge adds. */
  private straight = true;
  private added = 0;
  private addedBefore = 0;
  private spread = 0; // lines that made room for a merge of many

  /** begin goes to the next commit. */
  begin(oid: string, parents: string[], mark: string) {
    this.oid = oid;
    this.parents = parents;
    this.mark = mark;
    this.columns = this.next;
    this.next = [];
    this.atBefore = this.at;
    this.addedBefore = this.added;
    this.added = 0;
    this.width = 0;
    this.targets = Array<number>(2 * (this.columns.length + parents.length)).fill(-1);
    const known = this.columns.includes(oid);
    let first = parents.length > 1; // the first parent of a merge comes next
    const place = (commit: string, from?: number) => {
      let column = this.next.indexOf(commit);
      if (column < 0) column = this.next.push(commit) - 1;
      if (first && from !== undefined) {
        first = false;
        const left = from - column;
        this.straight = left <= 0;
        this.added = parents.length - (this.straight ? 1 : 2);
        this.targets[this.straight ? this.width : this.width - (left > 1 ? 2 * left - 3 : 1)] = column;
        if (this.straight) this.width += 2;
      } else if (this.added > 0 && this.targets[this.width - 2] === column) {
        // The merge's last parent is in the next column already.
        this.added = -1;
      } else {
        this.targets[this.width] = column;
        this.width += 2;
      }
    };
    for (const [i, commit] of (known ? this.columns : [...this.columns, oid]).entries()) {
      if (commit !== oid) {
        place(commit);
        continue;
      }
      this.at = i;
      for (const p of parents) place(p, i);
      if (parents.length === 0) this.width += 2;
    }
    while (this.targets.length > 1 && this.targets.at(-1)! < 0) this.targets.pop();
    this.spread = 0;
    this.state = this.crowded ? "before" : "commit";
  }

  /** How many parents of a merge are drawn beside it: *-. */
  private get beside(): number {
    return this.parents.length - (this.straight ? 2 : 3);
  }

  /** Whether what is to the right of a merge of many has to make room first. */
  private get crowded(): boolean {
    return this.parents.length > 2 && this.at < this.columns.length - 1 && this.spread < this.beside * 2;
  }

  /** commit draws the lines up to the commit's own, which its text goes on. */
  commit(): string {
    let out = "";
    while (this.state === "before") out += `${this.line()}\n`;
    return out + this.line();
  }

  /** message writes a text beside the lines, and what lines are left then. */
  message(text: string): string {
    let out = text.replace(/\n(?=[^])/g, () => `\n${this.line()}`);
    if (this.state === "padding") return out;
    const ended = text.endsWith("\n");
    if (!ended) out += "\n";
    const lines: string[] = [];
    do lines.push(this.line());
    while ((this.state as State) !== "padding");
    return out + lines.join("\n") + (ended ? "\n" : "");
  }

  /** padded writes a text beside lines that only go on. */
  padded(text: string): string {
    return text.replace(/^(?=[^])/gm, () => this.padding());
  }

  /** padding draws a line on which nothing happens. */
  padding(): string {
    if (this.state !== "commit") return this.line();
    this.previous = "padding";
    return this.pad(this.columns.map((c) => (c === this.oid && this.parents.length > 2 ? `|${" ".repeat((this.parents.length - 2) * 2)}` : "| ")).join(""));
  }

  private pad(line: string): string {
    return line.padEnd(this.width);
  }

  private go(state: State) {
    this.previous = this.state;
    this.state = state;
  }

  /** line draws the next line. */
  private line(): string {
    switch (this.state) {
      case "before":
        return this.pad(this.drawBefore());
      case "commit":
        return this.pad(this.drawCommit());
      case "merge":
        return this.pad(this.drawMerge());
      case "collapse":
        return this.pad(this.drawCollapse());
      case "padding":
        return this.pad("| ".repeat(this.next.length));
    }
  }

  /** settle goes on to the lines behind a commit. */
  private settle() {
    this.go(this.targets.every((target, i) => target < 0 || target === i >> 1) ? "padding" : "collapse");
  }

  private drawBefore(): string {
    const out = this.columns.map((_, i) => {
      if (i === this.at) return `|${" ".repeat(this.spread)} `;
      if (i < this.at) return "| ";
      return this.spread > 0 || (this.previous === "merge" && this.atBefore < i) ? "\\ " : "| ";
    });
    this.spread++;
    if (!this.crowded) this.go("commit");
    return out.join("");
  }

  private drawCommit(): string {
    let out = "";
    for (let i = 0; i < Math.max(this.columns.length, this.at + 1); i++) {
      if (i === this.at) {
        out += this.mark;
        if (this.parents.length > 2 && this.beside > 0) out += `${"-".repeat(this.beside * 2 - 1)}.`;
      } else if (i > this.at && this.added > 1) out += "\\";
      else if (i > this.at && this.added === 1) out += this.previous === "merge" && this.addedBefore > 0 && this.atBefore < i ? "\\" : "|";
      else if (this.previous === "collapse" && this.targetsBefore[2 * i + 1] === i && this.targets[2 * i]! < i) out += "/";
      else out += "|";
      out += " ";
    }
    if (this.parents.length > 1) this.go("merge");
    else this.settle();
    return out;
  }

  private drawMerge(): string {
    let out = "";
    let across = false; // behind the first parent's column its line goes to the left
    for (let i = 0; i < Math.max(this.columns.length, this.at + 1); i++) {
      if (i === this.at) {
        const last = this.parents.length - 1;
        for (let p = 0; p <= last; p++) {
          const sign = "/|\\"[Math.min(p + (this.straight ? 1 : 0), 2)]!;
          out += sign;
          if (sign === "\\" && (this.added > 0 || p < last)) out += " ";
        }
        if (this.added === 0) out += " ";
      } else if (i > this.at) out += this.added > 0 ? "\\ " : "| ";
      else {
        out += "|";
        if (this.straight || i !== this.at - 1) out += across ? "_" : " ";
      }
      if (this.columns[i] === this.parents[0]) across = true;
    }
    this.settle();
    return out;
  }

  private drawCollapse(): string {
    const old = this.targets;
    const now = Array<number>(old.length).fill(-1);
    // One line may go all the way at once.
    let fast = -1;
    let goal = -1;
    for (const [i, target] of old.entries()) {
      if (target < 0) continue;
      if (target * 2 === i) {
        now[i] = target;
        continue;
      }
      if (now[i - 1] === target) continue; // both go on as one
      const to = now[i - 1]! < 0 ? i - 1 : i - 2; // it crosses what is beside it
      now[to] = target;
      if (fast >= 0) continue;
      fast = to;
      goal = target;
      for (let k = target * 2 + 3; k < i - 2; k += 2) now[k] = target;
    }
    this.targetsBefore = [...now];
    if (now.at(-1)! < 0) now.pop();
    this.targets = now;
    let out = "";
    let went = false;
    for (const [i, target] of now.entries()) {
      if (target < 0) out += " ";
      else if (target * 2 === i) out += "|";
      else if (target === goal && i !== fast) {
        if (i !== target * 2 + 3) now[i] = -1;
        went = true;
        out += "_";
      } else {
        if (went && i <= fast) now[i] = -1;
        out += "/";
      }
    }
    this.settle();
    return out;
  }
}
