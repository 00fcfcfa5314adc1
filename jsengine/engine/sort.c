//go:build ignore

/* The order of Array.prototype.sort, included in quickjs.c before it. Which elements a
 * comparison function is asked about, and in which order, shows in what becomes of an
 * array when it contradicts itself: (a, b) => a > b ? 1 : -1 and (a, b) => a > b are
 * common. So this asks what V8 asks (third_party/v8/builtins/array-sort.tq, which is
 * Python's listsort), for up to 33 elements the same that JavaScriptCore does: always for
 * the later element of the two first.
 *
 * It sorts places of elements, not elements: whatever a comparison does, each place is
 * there once when it has thrown, in the elements themselves. */

#define BT_SORT_RUNS 85 /* enough for 2^64 elements */
#define BT_SORT_GALLOP 7 /* so many wins in a row begin to gallop */

typedef struct {
    struct array_sort_context *by;
    const ValueSlot *slots;
    uint32_t *work, *temp;
    uint32_t gallop; /* wins that begin to gallop now */
    uint32_t runs;
    struct { uint32_t base, len; } run[BT_SORT_RUNS];
} bt_sort;

static int js_array_cmp_generic(const void *a, const void *b, void *opaque);

/* Below zero if the element at place a goes before that at b. */
static int bt_sort_ask(bt_sort *s, uint32_t a, uint32_t b)
{
    return js_array_cmp_generic(&s->slots[a], &s->slots[b], s->by);
}

/* Sorts work[low] to work[high - 1], of which those below start are sorted. */
static void bt_sort_insert(bt_sort *s, uint32_t low, uint32_t start, uint32_t high)
{
    uint32_t *w = s->work;
    for (start += start == low; start < high; start++) {
        uint32_t left = low, right = start, pivot = w[start];
        while (left < right) {
            uint32_t mid = left + ((right - left) >> 1);
            if (bt_sort_ask(s, pivot, w[mid]) < 0)
                right = mid;
            else
                left = mid + 1;
        }
        memmove(w + left + 1, w + left, (start - left) * sizeof(*w));
        w[left] = pivot;
    }
}

/* The length of the run that begins at low, which is turned round if it descends. */
static uint32_t bt_sort_run(bt_sort *s, uint32_t low, uint32_t high)
{
    uint32_t *w = s->work, n = 2, i, j, t;
    bool descends;
    if (low + 1 == high)
        return 1;
    descends = bt_sort_ask(s, w[low + 1], w[low]) < 0;
    for (i = low + 2; i < high && (bt_sort_ask(s, w[i], w[i - 1]) < 0) == descends; i++)
        n++;
    if (descends) {
        for (i = low, j = low + n - 1; i < j; i++, j--) {
            t = w[i];
            w[i] = w[j];
            w[j] = t;
        }
    }
    return n;
}

/* Where key goes among a[0] to a[len - 1], before what is equal if left is set, else behind it;
 * looked for from a[hint] on. */
static uint32_t bt_sort_gallop(bt_sort *s, const uint32_t *a, uint32_t key, uint32_t len, uint32_t hint, bool left)
{
    uint32_t last = 0, ofs = 1, most, m;
#define BT_BEHIND(i) (left ? bt_sort_ask(s, a[i], key) < 0 : bt_sort_ask(s, key, a[i]) >= 0) /* key goes behind a[i] */
    if (BT_BEHIND(hint)) {
        for (most = len - hint; ofs < most && BT_BEHIND(hint + ofs); ) {
            last = ofs;
            ofs = ofs >= most / 2 ? most : 2 * ofs + 1;
        }
        if (ofs > most)
            ofs = most;
        last += hint + 1;
        ofs += hint;
    } else {
        for (most = hint + 1; ofs < most && !BT_BEHIND(hint - ofs); ) {
            last = ofs;
            ofs = ofs >= most / 2 ? most : 2 * ofs + 1;
        }
        if (ofs > most)
            ofs = most;
        m = last;
        last = hint + 1 - ofs;
        ofs = hint - m;
    }
    while (last < ofs) {
        m = last + ((ofs - last) >> 1);
        if (BT_BEHIND(m))
            last = m + 1;
        else
            ofs = m;
    }
#undef BT_BEHIND
    return ofs;
}

/* Merges the neighbours a and b of work, a not longer than b, from their begin. */
static void bt_sort_merge_low(bt_sort *s, uint32_t base_a, uint32_t a, uint32_t base_b, uint32_t b)
{
    uint32_t *w = s->work, *t = s->temp, dest = base_a, at_a = 0, at_b = base_b, k, gallop = s->gallop;
    memcpy(t, w + base_a, a * sizeof(*w));
    w[dest++] = w[at_b++];
    if (--b == 0)
        goto rest;
    if (a == 1)
        goto last;
    for (;;) {
        uint32_t wins_a = 0, wins_b = 0;
        do {
            if (bt_sort_ask(s, w[at_b], t[at_a]) < 0) {
                w[dest++] = w[at_b++];
                wins_b++;
                wins_a = 0;
                if (--b == 0)
                    goto rest;
            } else {
                w[dest++] = t[at_a++];
                wins_a++;
                wins_b = 0;
                if (--a == 1)
                    goto last;
            }
        } while (wins_a < gallop && wins_b < gallop);
        gallop++;
        do {
            gallop = gallop > 2 ? gallop - 1 : 1;
            s->gallop = gallop;
            k = wins_a = bt_sort_gallop(s, t + at_a, w[at_b], a, 0, false);
            memcpy(w + dest, t + at_a, k * sizeof(*w));
            dest += k;
            at_a += k;
            a -= k;
            if (k && a == 1)
                goto last;
            if (a == 0)
                goto rest; /* only if comparisons contradict each other */
            w[dest++] = w[at_b++];
            if (--b == 0)
                goto rest;
            k = wins_b = bt_sort_gallop(s, w + at_b, t[at_a], b, 0, true);
            memmove(w + dest, w + at_b, k * sizeof(*w));
            dest += k;
            at_b += k;
            b -= k;
            if (b == 0)
                goto rest;
            w[dest++] = t[at_a++];
            if (--a == 1)
                goto last;
        } while (wins_a >= BT_SORT_GALLOP || wins_b >= BT_SORT_GALLOP);
        gallop++;
        s->gallop = gallop;
    }
rest:
    memcpy(w + dest, t + at_a, a * sizeof(*w));
    return;
last: /* of a, which goes behind all of b */
    memmove(w + dest, w + at_b, b * sizeof(*w));
    w[dest + b] = t[at_a];
}

/* Merges the neighbours a and b of work, b shorter than a, from their end. */
static void bt_sort_merge_high(bt_sort *s, uint32_t base_a, uint32_t a, uint32_t base_b, uint32_t b)
{
    uint32_t *w = s->work, *t = s->temp, k, gallop = s->gallop;
    memcpy(t, w + base_b, b * sizeof(*w));
    /* What is left of a lies at base_a, of b at t, and w[base_a + a + b - 1] is next to be set. */
    w[base_a + a + b - 1] = w[base_a + a - 1];
    if (--a == 0)
        goto rest;
    if (b == 1)
        goto last;
    for (;;) {
        uint32_t wins_a = 0, wins_b = 0;
        do {
            if (bt_sort_ask(s, t[b - 1], w[base_a + a - 1]) < 0) {
                w[base_a + a + b - 1] = w[base_a + a - 1];
                wins_a++;
                wins_b = 0;
                if (--a == 0)
                    goto rest;
            } else {
                w[base_a + a + b - 1] = t[b - 1];
                wins_b++;
                wins_a = 0;
                if (--b == 1)
                    goto last;
            }
        } while (wins_a < gallop && wins_b < gallop);
        gallop++;
        do {
            gallop = gallop > 2 ? gallop - 1 : 1;
            s->gallop = gallop;
            k = bt_sort_gallop(s, w + base_a, t[b - 1], a, a - 1, false);
            wins_a = a - k;
            memmove(w + base_a + k + b, w + base_a + k, wins_a * sizeof(*w));
            a = k;
            if (a == 0)
                goto rest;
            w[base_a + a + b - 1] = t[b - 1];
            if (--b == 1)
                goto last;
            k = bt_sort_gallop(s, t, w[base_a + a - 1], b, b - 1, true);
            wins_b = b - k;
            memcpy(w + base_a + a + k, t + k, wins_b * sizeof(*w));
            b = k;
            if (wins_b && b == 1)
                goto last;
            if (b == 0)
                goto rest; /* only if comparisons contradict each other */
            w[base_a + a + b - 1] = w[base_a + a - 1];
            if (--a == 0)
                goto rest;
        } while (wins_a >= BT_SORT_GALLOP || wins_b >= BT_SORT_GALLOP);
        gallop++;
        s->gallop = gallop;
    }
rest:
    memcpy(w + base_a + a, t, b * sizeof(*w));
    return;
last: /* of b, which goes before all of a */
    memmove(w + base_a + 1, w + base_a, a * sizeof(*w));
    w[base_a] = t[0];
}

/* Merges run i with the one behind it. */
static void bt_sort_merge(bt_sort *s, uint32_t i)
{
    uint32_t base_a = s->run[i].base, a = s->run[i].len, base_b = s->run[i + 1].base, b = s->run[i + 1].len, k;
    s->run[i].len = a + b;
    if (i + 3 == s->runs)
        s->run[i + 1] = s->run[i + 2];
    s->runs--;
    k = bt_sort_gallop(s, s->work + base_a, s->work[base_b], a, 0, false);
    base_a += k;
    a -= k;
    if (a == 0)
        return;
    b = bt_sort_gallop(s, s->work + base_b, s->work[base_a + a - 1], b, b - 1, true);
    if (b == 0)
        return;
    if (a <= b)
        bt_sort_merge_low(s, base_a, a, base_b, b);
    else
        bt_sort_merge_high(s, base_a, a, base_b, b);
}

/* Whether run n - 2 is longer than the two behind it. */
static bool bt_sort_falls(const bt_sort *s, uint32_t n)
{
    return n < 2 || s->run[n - 2].len > s->run[n - 1].len + s->run[n].len;
}

/* Sorts slots by by, who has the exception if one is thrown; -1 if there is no room. */
static int bt_sort_slots(JSContext *ctx, ValueSlot *slots, size_t count, struct array_sort_context *by)
{
    bt_sort *s;
    ValueSlot *sorted;
    uint32_t low, left, least, odd, n, i;
    if (count < 2)
        return 0;
    if (count > UINT32_MAX / sizeof(*slots)) {
        JS_ThrowOutOfMemory(ctx);
        return -1;
    }
    s = js_malloc(ctx, sizeof(*s) + (count + count / 2 + 1) * sizeof(uint32_t));
    if (!s)
        return -1;
    s->by = by;
    s->slots = slots;
    s->work = (uint32_t *)(s + 1);
    s->temp = s->work + count;
    s->gallop = BT_SORT_GALLOP;
    s->runs = 0;
    for (i = 0; i < count; i++)
        s->work[i] = i;
    for (least = count, odd = 0; least >= 64; least >>= 1)
        odd |= least & 1;
    least += odd;
    for (low = 0, left = count; left; low += n, left -= n) {
        n = bt_sort_run(s, low, low + left);
        if (n < least) {
            i = min_uint32(least, left);
            bt_sort_insert(s, low, low + n, low + i);
            n = i;
        }
        s->run[s->runs].base = low;
        s->run[s->runs++].len = n;
        while (s->runs > 1) {
            i = s->runs - 2;
            if (!bt_sort_falls(s, i + 1) || !bt_sort_falls(s, i))
                i -= s->run[i - 1].len < s->run[i + 1].len;
            else if (s->run[i].len > s->run[i + 1].len)
                break;
            bt_sort_merge(s, i);
        }
    }
    while (s->runs > 1) {
        i = s->runs - 2;
        if (i > 0)
            i -= s->run[i - 1].len < s->run[i + 1].len;
        bt_sort_merge(s, i);
    }
    if (!by->exception) {
        sorted = js_malloc(ctx, count * sizeof(*sorted));
        if (!sorted) {
            js_free(ctx, s);
            return -1;
        }
        for (i = 0; i < count; i++)
            sorted[i] = slots[s->work[i]];
        memcpy(slots, sorted, count * sizeof(*slots));
        js_free(ctx, sorted);
    }
    js_free(ctx, s);
    return 0;
}
