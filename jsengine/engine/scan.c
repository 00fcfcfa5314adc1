//go:build ignore

/* Shorter ways for what regular expressions do most: going on for as long as
 * characters are of one kind ([a-z]+, .*, \s*), and looking for a character that a
 * match can begin with. Where the engine kept a place to come back to for every
 * character of such a loop, one state has them all. Included by libregexp.c. */

/* The length of the atom at pc, if it is one that takes one character; else 0. */
static int bt_atom_len(const uint8_t *pc)
{
    switch (*pc) {
    case REOP_char:
        return 3;
    case REOP_dot: case REOP_any: case REOP_space: case REOP_not_space:
        return 1;
    case REOP_range:
        return 3 + 4 * get_u16(pc + 1);
    }
    return 0;
}

/* Whether c is in one of the n ranges at p, which are in order. */
static bool bt_in_ranges(const uint8_t *p, int n, uint32_t c)
{
    int low = 0, high = n - 1;
    while (low <= high) {
        int mid = n < 8 ? low : (low + high) / 2;
        if (c < get_u16(p + 4 * mid))
            high = n < 8 ? -1 : mid - 1;
        else if (c > get_u16(p + 4 * mid + 2))
            low = mid + 1;
        else
            return true;
    }
    return false;
}

/* Whether the atom at pc, which is op, takes c. */
static inline __attribute__((always_inline)) bool bt_takes(int op, const uint8_t *pc, uint32_t c)
{
    switch (op) {
    case REOP_char:
        return c == get_u16(pc + 1);
    case REOP_dot:
        return !is_line_terminator(c);
    case REOP_space:
        return lre_is_space(c);
    case REOP_not_space:
        return !lre_is_space(c);
    case REOP_range:
        return bt_in_ranges(pc + 3, get_u16(pc + 1), c);
    }
    return true;
}

/* The first of the characters from p on that the atom at pc takes, or with has the
 * first that it does not; else end. They have one unit each, of 16 bits if wide. */
static const uint8_t *bt_scan(const uint8_t *pc, const uint8_t *p, const uint8_t *end, bool wide, bool has)
{
    uint32_t c, low, high;
#define SCAN(is)                                        \
    if (wide) {                                         \
        for (; p < end; p += 2) {                       \
            c = *(const uint16_t *)p;                   \
            if ((is) != has)                            \
                break;                                  \
        }                                               \
    } else {                                            \
        for (; p < end; p++) {                          \
            c = *p;                                     \
            if ((is) != has)                            \
                break;                                  \
        }                                               \
    }                                                   \
    break;
    switch (*pc) { /* a loop for each, without the question */
    case REOP_char:
        SCAN(bt_takes(REOP_char, pc, c))
    case REOP_dot:
        SCAN(bt_takes(REOP_dot, pc, c))
    case REOP_any:
        return has ? end : p;
    case REOP_space:
        SCAN(bt_takes(REOP_space, pc, c))
    case REOP_not_space:
        SCAN(bt_takes(REOP_not_space, pc, c))
    case REOP_range:
        if (get_u16(pc + 1) > 1) {
            SCAN(bt_takes(REOP_range, pc, c))
        }
        low = get_u16(pc + 3);
        high = get_u16(pc + 5) - low;
        SCAN((c - low <= high))
    }
#undef SCAN
    return p;
}

/* The atom of a greedy loop over one character whose split has its operand at pc,
 * and where the loop goes on when it ended; NULL if it is no such loop. */
static const uint8_t *bt_loop(const uint8_t *pc, int opcode, const uint8_t **then)
{
    int32_t to = get_u32(pc);
    const uint8_t *next = pc + 4, *atom;
    if (opcode == REOP_split_next_first) { /* split to then; atom; goto split */
        int n;
        if (to <= 5 || !(n = bt_atom_len(next)) || to != n + 5 || next[n] != REOP_goto || (int32_t)get_u32(next + n + 1) != -(n + 10))
            return NULL;
        *then = next + to;
        return next;
    }
    if (to > -6) /* atom; split to atom */
        return NULL;
    atom = next + to;
    if (bt_atom_len(atom) != -to - 5)
        return NULL;
    *then = next;
    return atom;
}

/* The last place from p down to min where the program at pc may go on, by the atom
 * that it begins with, if any; NULL if there is none. */
static const uint8_t *bt_back(const uint8_t *pc, const uint8_t *p, const uint8_t *min, bool wide)
{
    while (*pc == REOP_save_start || *pc == REOP_save_end)
        pc += 2;
    if (!bt_atom_len(pc))
        return p;
    while (p >= min && !bt_takes(*pc, pc, wide ? *(const uint16_t *)p : *p))
        p -= 1 << wide;
    return p >= min ? p : NULL;
}

/* Puts into first the atoms, each of one character, one of which any match of the
 * program at pc begins with, after the n that are there. Returns how many there are
 * then, or 0 if they are not known, or too many, or in alternatives too deep. */
static int bt_firsts(const uint8_t *pc, const uint8_t **first, int n, int depth)
{
    while (depth <= BT_FIRSTS) {
        switch (*pc) {
        case REOP_save_start:
            pc += 2;
            break;
        case REOP_set_i32:
            pc += 6;
            break;
        case REOP_split_next_first: /* alternatives, or a loop that may take nothing */
            if ((int32_t)get_u32(pc + 1) < 0 || !(n = bt_firsts(pc + 5, first, n, depth + 1)))
                return 0;
            pc += 5 + get_u32(pc + 1);
            break;
        default:
            if (n == BT_FIRSTS || !bt_atom_len(pc))
                return 0;
            first[n] = pc;
            return n + 1;
        }
    }
    return 0;
}

/* What every match of the program at pc begins with, if it looks for one at each
 * place: as bt_firsts. */
static int bt_search(const uint8_t *pc, const uint8_t **first)
{
    if (pc[0] != REOP_split_goto_first || get_u32(pc + 1) != 6 || pc[5] != REOP_any || pc[6] != REOP_goto || (int32_t)get_u32(pc + 7) != -11)
        return 0;
    return bt_firsts(pc + 11, first, 0, 0);
}

/* The first place from p on where one of the n atoms takes the character, or end. */
static const uint8_t *bt_scan_any(const uint8_t **first, int n, const uint8_t *p, const uint8_t *end, bool wide)
{
    int i;
    uint32_t c;
    if (n == 1)
        return bt_scan(first[0], p, end, wide, false);
    for (; p < end; p += 1 << wide) {
        c = wide ? *(const uint16_t *)p : *p;
        for (i = 0; i < n; i++)
            if (bt_takes(*first[i], first[i], c))
                return p;
    }
    return end;
}
