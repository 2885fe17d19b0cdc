interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A queue of future events: a heap by time; entries with equal times keep their order. */
export class Agenda {
  readonly #heap: Entry[] = [];
  #order = 0;

  /** Schedules an event. */
  add(at: number, run: () => void): void {
    const heap = this.#heap;
    heap.push({ at, order: this.#order++, run });
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfLater(parent, child)) return;
      child = parent;
    }
  }

  /** The time of the earliest entry. */
  next(): number | undefined {
    return this.#heap[0]?.at;
  }

  /** Removes and returns the earliest entry. */
  take(): { readonly at: number; readonly run: () => void } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    this.#sink();
    return first;
  }

  #sink(): void {
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      const child = this.#earlier(left, left + 1);
      if (child >= this.#heap.length || !this.#swapIfLater(parent, child)) return;
      parent = child;
    }
  }

  #earlier(a: number, b: number): number {
    const [one, two] = [this.#heap[a], this.#heap[b]];
    return one !== undefined && two !== undefined && isLater(one, two) ? b : a;
  }

  #swapIfLater(parent: number, child: number): boolean {
    const [above, below] = [this.#heap[parent], this.#heap[child]];
    if (above === undefined || below === undefined || !isLater(above, below)) return false;
    this.#heap[parent] = below;
    this.#heap[child] = above;
    return true;
  }
}

const isLater = (a: Entry, b: Entry): boolean => a.at > b.at || (a.at === b.at && a.order > b.order);
