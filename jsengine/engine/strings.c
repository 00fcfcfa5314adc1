//go:build ignore

/* Short ways for strings, included in quickjs.c before its own functions for them. */

/* The strings of one character of Latin-1, which have names of properties as their
 * own: nobody makes one. */
static JSString *bt_chars[256];

static bool bt_chars_init(JSContext *ctx)
{
    int i;
    for (i = 0; i < 256; i++) {
        JSString *p = js_alloc_string_rt(ctx->rt, 1, 0);
        JSAtom atom;
        if (!p)
            return false;
        str8(p)[0] = i;
        str8(p)[1] = '\0';
        bt_chars[i] = p;
        if (i >= '0' && i <= '9')
            continue; /* such a name is a number */
        atom = JS_NewAtomStr(ctx, p); /* takes p */
        if (atom == JS_ATOM_NULL)
            return false;
        bt_chars[i] = ctx->rt->atom_array[atom]; /* keeps the atom */
    }
    return true;
}

/* The text of one character of Latin-1. */
static inline JSValue bt_char(uint32_t c)
{
    return js_dup(JS_MKPTR(JS_TAG_STRING, bt_chars[c]));
}

/* Appends a short string to a rope, in place, if nobody else has the rope: then v is
 * freed. The rope's right end gets room to grow. */
static bool bt_append(JSContext *ctx, JSValueConst rope, JSValue v)
{
    JSStringRope *r;
    JSString *p, *q, *made;
    uint32_t n, room;
    int wide;
    if (JS_VALUE_GET_TAG(rope) != JS_TAG_STRING_ROPE || JS_VALUE_GET_TAG(v) != JS_TAG_STRING)
        return false;
    r = JS_VALUE_GET_STRING_ROPE(rope);
    if (JS_REF_COUNT(r) != 1 || JS_VALUE_GET_TAG(r->right) != JS_TAG_STRING)
        return false;
    p = JS_VALUE_GET_STRING(r->right);
    q = JS_VALUE_GET_STRING(v);
    wide = p->is_wide_char;
    if (p->len > JS_STRING_ROPE_SHORT_LEN || q->len > JS_STRING_ROPE_SHORT_LEN || wide != q->is_wide_char ||
        r->len + q->len > JS_STRING_LEN_MAX)
        return false;
    n = p->len + q->len;
    if (JS_REF_COUNT(p) != 1 || p->atom_type || p->kind != JS_STRING_KIND_NORMAL ||
        js_malloc_usable_size_rt(ctx->rt, p) < sizeof(*p) + (n << wide) + 1 - wide) {
        room = min_uint32(2 * n, JS_STRING_ROPE_SHORT_LEN + 64);
        made = js_alloc_string_rt(ctx->rt, room > n ? room : n, wide);
        if (!made)
            return false;
        memcpy(str8(made), str8(p), p->len << wide);
        made->len = p->len;
        js_free_string(ctx->rt, p);
        r->right = JS_MKPTR(JS_TAG_STRING, made);
        p = made;
    }
    memcpy(str8(p) + (p->len << wide), str8(q), q->len << wide);
    p->len = n;
    p->hash = 0;
    if (!wide)
        str8(p)[n] = '\0';
    r->len += q->len;
    JS_FreeValue(ctx, v);
    return true;
}

/* The text of p and an integer behind it, where p is short; JS_UNDEFINED if it is not, or memory is. */
static JSValue bt_add_int(JSContext *ctx, JSString *p, int32_t n)
{
    char digits[12];
    JSString *r;
    size_t len;
    if (p->is_wide_char || p->len > 64)
        return JS_UNDEFINED;
    len = i32toa(digits, n);
    r = js_alloc_string_rt(ctx->rt, p->len + len, 0);
    if (!r)
        return JS_UNDEFINED;
    memcpy(str8(r), str8(p), p->len);
    memcpy(str8(r) + p->len, digits, len);
    str8(r)[p->len + len] = '\0';
    return JS_MKPTR(JS_TAG_STRING, r);
}

/* A text in the other case where each unit of it becomes one, of its width;
 * JS_UNDEFINED if not, or memory is none. */
static JSValue bt_other_case(JSContext *ctx, JSString *p, int to_lower)
{
    uint32_t res[LRE_CC_RES_LEN_MAX], c, i, n = p->len, all = 0;
    uint32_t first = to_lower ? 'A' : 'a', most = p->is_wide_char ? 0xffff : 0xff;
    JSString *r = js_alloc_string_rt(ctx->rt, n, p->is_wide_char);
    if (!r)
        return JS_UNDEFINED;
    for (i = 0; i < n; i++) {
        for (; n - i >= 4; i += 4) { /* four that are ASCII */
            uint64_t x = bt_load_four(strv(p), i, p->is_wide_char);
            if (x & BT_EACH16(0xff80))
                break;
            x ^= ((x + BT_EACH16(0x80 - first)) ^ (x + BT_EACH16(0x80 - 26 - first))) >> 2 & BT_EACH16(0x20);
            bt_store_four(strv(r), i, p->is_wide_char, x);
        }
        if (i == n)
            break;
        c = p->is_wide_char ? str16(p)[i] : str8(p)[i];
        if (c < 0x80) {
            if (c - first < 26)
                c ^= 0x20;
        } else {
            /* halves of pairs, and the sigma, which is another at an end */
            if ((c >= 0xd800 && c < 0xe000) || c == 0x3a3 || lre_case_conv(res, c, to_lower) != 1 || res[0] > most)
                goto decline;
            c = res[0];
        }
        all |= c;
        if (p->is_wide_char)
            str16(r)[i] = c;
        else
            str8(r)[i] = c;
    }
    if (p->is_wide_char && all <= 0xff)
        goto decline; /* it is to be narrow */
    if (!p->is_wide_char)
        str8(r)[n] = '\0';
    return JS_MKPTR(JS_TAG_STRING, r);
decline:
    js_free_string(ctx->rt, r);
    return JS_UNDEFINED;
}
