//go:build ignore

/* Loops over the words of BigInts, included in quickjs.c before its own.
 *
 * Words have 32 bits here, and each access to memory has a bounds check that costs
 * more than the arithmetic: two words are read and written at once. */

static inline uint64_t bt_two(const js_limb_t *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof(w));
    return w;
}

static inline void bt_put_two(js_limb_t *p, uint64_t low, uint64_t high)
{
    uint64_t w = (uint32_t)low | high << 32;
    memcpy(p, &w, sizeof(w));
}

/* r[] = a[] * b + l; returns the high word. */
static js_limb_t bt_mul1(js_limb_t *r, const js_limb_t *a, js_limb_t n, js_limb_t b, js_limb_t l)
{
    js_limb_t i;
    for (i = 0; i + 2 <= n; i += 2) {
        uint64_t w = bt_two(a + i);
        uint64_t t = (uint64_t)(uint32_t)w * b + l;
        uint64_t u = (w >> 32) * b + (t >> 32);
        bt_put_two(r + i, t, u);
        l = u >> 32;
    }
    if (i < n) {
        uint64_t t = (uint64_t)a[i] * b + l;
        r[i] = t;
        l = t >> 32;
    }
    return l;
}

/* r[] += a[] * b; returns the high word. */
static js_limb_t bt_add_mul1(js_limb_t *r, const js_limb_t *a, js_limb_t n, js_limb_t b)
{
    js_limb_t i, l = 0;
    for (i = 0; i + 2 <= n; i += 2) {
        uint64_t w = bt_two(a + i), v = bt_two(r + i);
        uint64_t t = (uint64_t)(uint32_t)w * b + (uint32_t)v + l;
        uint64_t u = (w >> 32) * b + (v >> 32) + (t >> 32);
        bt_put_two(r + i, t, u);
        l = u >> 32;
    }
    if (i < n) {
        uint64_t t = (uint64_t)a[i] * b + r[i] + l;
        r[i] = t;
        l = t >> 32;
    }
    return l;
}

/* a[] % d, for 1 < d < 2^31. The sum so far is reduced by what powers of 2^32 leave
 * of d, not by a division: it has 64 bits. */
static js_limb_t bt_rem1(const js_limb_t *a, js_limb_t n, js_limb_t d)
{
    uint64_t b1 = ((uint64_t)1 << 32) % d, b2 = b1 * b1 % d, b3 = b2 * b1 % d, s = 0;
    js_limb_t i = n;
    if (n & 1)
        s = a[--i];
    if (d < (js_limb_t)1 << 30) {
        /* at most 3 * 2^32 * 2^30 + 2^32 */
        for (; i; i -= 2) {
            uint64_t w = bt_two(a + i - 2);
            s = (s >> 32) * b3 + (uint32_t)s * b2 + (w >> 32) * b1 + (uint32_t)w;
        }
    } else {
        /* at most 2 * 2^32 * (2^31 - 1) + 2^32 */
        for (; i; i--)
            s = (s >> 32) * b2 + (uint32_t)s * b1 + a[i - 1];
    }
    return s % d;
}

static inline js_limb_t js_udiv1norm_init(js_limb_t d);
static inline js_limb_t js_udiv1norm(js_limb_t *pr, js_limb_t a1, js_limb_t a0, js_limb_t d, js_limb_t d_inv);

/* q[] = a[] / d, for 0 < d < 2^31. */
static void bt_quot1(js_limb_t *q, const js_limb_t *a, js_limb_t n, js_limb_t d)
{
    int shift = clz32(d);
    js_limb_t r, i, inv;
    d <<= shift;
    inv = js_udiv1norm_init(d);
    r = a[n - 1] >> (32 - shift);
    for (i = n; i >= 2; i -= 2) {
        uint64_t w = bt_two(a + i - 2), x = w << shift;
        js_limb_t h, l;
        if (i > 2)
            x |= a[i - 3] >> (32 - shift);
        h = js_udiv1norm(&r, r, x >> 32, d, inv);
        l = js_udiv1norm(&r, r, x, d, inv);
        bt_put_two(q + i - 2, l, h);
    }
    if (i)
        q[0] = js_udiv1norm(&r, r, a[0] << shift, d, inv);
}

static JSBigInt *js_bigint_new(JSContext *ctx, int len);
static JSBigInt *js_bigint_normalize(JSContext *ctx, JSBigInt *a);
static JSBigInt *js_bigint_new_si(JSContext *ctx, js_slimb_t a);

/* The quotient or the remainder of what is not negative by one word, positive as a
 * signed one; NULL if memory is short. */
static JSBigInt *bt_divrem1(JSContext *ctx, const JSBigInt *a, js_limb_t d, bool is_rem)
{
    JSBigInt *q;
    int n = a->len;
    if (is_rem)
        return js_bigint_new_si(ctx, d == 1 ? 0 : bt_rem1(a->tab, n, d));
    /* The quotient has one word less where its sign fits into the rest. */
    while (n > 1 && a->tab[n - 1] == 0)
        n--;
    q = js_bigint_new(ctx, n + (a->tab[n - 1] >> 31));
    if (!q)
        return NULL;
    q->tab[q->len - 1] = 0;
    bt_quot1(q->tab, a->tab, n, d);
    return js_bigint_normalize(ctx, q);
}
