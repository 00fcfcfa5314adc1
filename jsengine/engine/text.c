//go:build ignore

/* Steps through texts of many characters at a time. Included by cutils.h. */

/* c in each byte, or in each unit of 16 bits, of a word. */
#define BT_EACH8(c) ((uint64_t)(c) * 0x0101010101010101u)
#define BT_EACH16(c) ((uint64_t)(c) * 0x0001000100010001u)

static inline size_t bt_min(size_t a, size_t b) { return a < b ? a : b; }

static inline uint64_t bt_load64(const void *p)
{
    uint64_t x;
    memcpy(&x, p, sizeof(x));
    return x;
}

static inline uint32_t bt_load32(const void *p)
{
    uint32_t x;
    memcpy(&x, p, sizeof(x));
    return x;
}

static inline void bt_store64(void *p, uint64_t x) { memcpy(p, &x, sizeof(x)); }
static inline void bt_store32(void *p, uint32_t x) { memcpy(p, &x, sizeof(x)); }

/* Four bytes as four units. */
static inline uint64_t bt_spread(uint32_t x)
{
    uint64_t y = ((uint64_t)x << 16 | x) & 0x0000ffff0000ffffu;
    return (y << 8 | y) & BT_EACH16(0xff);
}

/* Four units below 0x100 as four bytes. */
static inline uint32_t bt_press(uint64_t x)
{
    x = (x >> 8 | x) & 0x0000ffff0000ffffu;
    return x >> 16 | x;
}

/* The four characters at p, of 16 bits if wide, as units, and where they are put. */
static inline __attribute__((always_inline)) uint64_t bt_load_four(const void *p, size_t i, bool wide)
{
    return wide ? bt_load64((const uint16_t *)p + i) : bt_spread(bt_load32((const uint8_t *)p + i));
}

static inline __attribute__((always_inline)) void bt_store_four(void *p, size_t i, bool wide, uint64_t x)
{
    if (wide)
        bt_store64((uint16_t *)p + i, x);
    else
        bt_store32((uint8_t *)p + i, bt_press(x));
}

/* How many of n bytes come before the first that is not ASCII. */
static inline size_t bt_ascii8(const uint8_t *p, size_t n)
{
    const uint8_t *from = p, *end = p + n;
    while (end - p >= 16 && !((bt_load64(p + 8) | bt_load64(p)) & BT_EACH8(0x80)))
        p += 16;
    for (; end - p >= 8; p += 8) {
        uint64_t x = bt_load64(p) & BT_EACH8(0x80);
        if (x)
            return p - from + __builtin_ctzll(x) / 8;
    }
    while (p < end && *p < 0x80)
        p++;
    return p - from;
}

/* How many of n units come before the first that is not ASCII. */
static inline size_t bt_ascii16(const uint16_t *p, size_t n)
{
    const uint16_t *from = p, *end = p + n;
    while (end - p >= 8 && !((bt_load64(p + 4) | bt_load64(p)) & BT_EACH16(0xff80)))
        p += 8;
    for (; end - p >= 4; p += 4) {
        uint64_t x = bt_load64(p) & BT_EACH16(0xff80);
        if (x)
            return p - from + __builtin_ctzll(x) / 16;
    }
    while (p < end && *p < 0x80)
        p++;
    return p - from;
}

/* Whether one of n units takes more than a byte. */
static inline bool bt_wide(const uint16_t *p, size_t n)
{
    const uint16_t *end = p + n;
    uint64_t all = 0;
    for (; end - p >= 8; p += 8)
        all |= bt_load64(p + 4) | bt_load64(p);
    for (; p < end; p++)
        all |= *p;
    return all & BT_EACH16(0xff00);
}

/* Makes n bytes units; to may begin where p does. */
static inline void bt_widen(uint16_t *to, const uint8_t *p, size_t n)
{
    for (; n & 3; n--)
        to[n - 1] = p[n - 1];
    for (; n > 0; n -= 4)
        bt_store64(to + n - 4, bt_spread(bt_load32(p + n - 4)));
}

/* Makes n units, each below 0x100, bytes. */
static inline void bt_narrow(uint8_t *to, const uint16_t *p, size_t n)
{
    for (; n >= 4; n -= 4, to += 4, p += 4)
        bt_store32(to, bt_press(bt_load64(p)));
    for (; n > 0; n--)
        *to++ = *p++;
}

/* The place of c in n bytes; n if it is not there. */
static inline size_t bt_find8(const uint8_t *p, size_t n, uint8_t c)
{
    const uint8_t *from = p, *end = p + n;
    for (; end - p >= 8; p += 8) {
        uint64_t x = bt_load64(p) ^ BT_EACH8(c);
        if ((x = (x - BT_EACH8(1)) & ~x & BT_EACH8(0x80)))
            return p - from + __builtin_ctzll(x) / 8;
    }
    while (p < end && *p != c)
        p++;
    return p - from;
}

/* The place of c in n units; n if it is not there. */
static inline size_t bt_find16(const uint16_t *p, size_t n, uint16_t c)
{
    const uint16_t *from = p, *end = p + n;
    for (; end - p >= 4; p += 4) {
        uint64_t x = bt_load64(p) ^ BT_EACH16(c);
        if ((x = (x - BT_EACH16(1)) & ~x & BT_EACH16(0x8000)))
            return p - from + __builtin_ctzll(x) / 16;
    }
    while (p < end && *p != c)
        p++;
    return p - from;
}

/* As memcmp. */
static inline int bt_compare8(const uint8_t *p, const uint8_t *q, size_t n)
{
    for (; n >= 8; n -= 8, p += 8, q += 8) {
        uint64_t x = bt_load64(p), y = bt_load64(q);
        if (x != y)
            return __builtin_bswap64(x) < __builtin_bswap64(y) ? -1 : 1;
    }
    for (; n > 0; n--, p++, q++) {
        if (*p != *q)
            return *p - *q;
    }
    return 0;
}

/* As memcmp, of units. */
static inline int bt_compare16(const uint16_t *p, const uint16_t *q, size_t n)
{
    while (n >= 4 && bt_load64(p) == bt_load64(q)) {
        n -= 4;
        p += 4;
        q += 4;
    }
    for (; n > 0; n--, p++, q++) {
        if (*p != *q)
            return *p - *q;
    }
    return 0;
}
