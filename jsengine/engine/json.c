//go:build ignore

/* JSON in one pass, for what programs mostly have: a text that is JSON, parsed
 * without a reviver; plain objects and arrays, printed without a replacer.
 *
 * Nothing here runs a program's code or says an error: where it would have to, it
 * declines, and the engine's own functions start over. Included by shim.c after
 * quickjs.c, and by itself once for each width of a string's characters. */

#ifndef JSON_CHAR

static const double json_pow10[] = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

/* json_digits writes n/10^places, with a point if places is not 0. */
static int json_digits(char *buf, bool negative, uint64_t n, int places)
{
    char digits[24];
    int len = u64toa(digits, n), at = 0, i;
    if (negative)
        buf[at++] = '-';
    if (len <= places) {
        buf[at++] = '0';
        buf[at++] = '.';
        for (i = len; i < places; i++)
            buf[at++] = '0';
        memcpy(buf + at, digits, len);
        return at + len;
    }
    memcpy(buf + at, digits, len - places);
    at += len - places;
    if (places) {
        buf[at++] = '.';
        memcpy(buf + at, digits + len - places, places);
        at += places;
    }
    return at;
}

/* bt_decimal writes d as the language prints a number, if that takes at most 15
 * digits and 6 places, and returns its length; else 0. A decimal of 15 digits is
 * the only one of so few that reads as its double (DBL_DIG), and a quotient of two
 * exact numbers reads as it, so the first that reads as d is the shortest. */
static int bt_decimal(char *buf, double d)
{
    double a = fabs(d);
    int k;
    if (!(a >= 1e-6 && a < 1e15))
        return 0;
    for (k = 0; k <= 6; k++) {
        double n = floor(a * json_pow10[k] + 0.5);
        if (n >= 1e15)
            return 0;
        if (n / json_pow10[k] == a)
            return json_digits(buf, d < 0, (uint64_t)n, k);
    }
    return 0;
}

/* bt_fixed writes d with so many places, as toFixed does, and returns its length;
 * 0 where the product's rounding (less than 2e-7 below 1e9) could decide. */
static int bt_fixed(char *buf, double d, int places)
{
    double a = fabs(d), n;
    if (places > 6)
        return 0;
    a *= json_pow10[places];
    if (!(a < 1e9))
        return 0;
    n = floor(a);
    if (fabs(a - n - 0.5) < 1e-6)
        return 0;
    return json_digits(buf, d < 0, (uint64_t)(a - n > 0.5 ? n + 1 : n), places);
}

enum { JSON_SHAPES = 16, JSON_CHUNK = 64 };

typedef struct {
    JSContext *ctx;
    const void *end;
    JSValue *values; /* of what is open */
    int count, size;
    int depth;
    JSShape *like[JSON_SHAPES]; /* the shape of the last object at each depth: the next mostly has the same keys */
    bool failed; /* with an exception; else declined */
    JSString *text;
} JSONText;

/* json_token throws what V8 says of a character that no JSON has there, with ten
 * more on both sides. */
static void json_token(JSONText *s, uint32_t at)
{
    static const char *const named[] = { "NaN", "Infinity", "undefined", "[object Object]" };
    JSContext *ctx = s->ctx;
    uint32_t from = 0, to = s->text->len, i;
    const char *text, *token;
    JSValue v;
    if (to > 20) {
        from = at < 10 ? 0 : at - 10;
        to = at < 10 || at + 10 < to ? at + 10 : to;
    }
    v = js_sub_string(ctx, s->text, from, to);
    text = JS_ToCString(ctx, v); /* of an exception NULL */
    JS_FreeValue(ctx, v);
    v = js_sub_string(ctx, s->text, at, at + 1);
    token = text ? JS_ToCString(ctx, v) : NULL;
    JS_FreeValue(ctx, v);
    if (token) {
        for (i = 0; i < countof(named) && strcmp(named[i], text); i++)
            ;
        if (i < countof(named))
            JS_ThrowSyntaxError(ctx, "\"%s\" is not valid JSON", text);
        else
            JS_ThrowSyntaxError(ctx, "Unexpected token '%s', %s\"%s\"%s is not valid JSON", token, from > 0 ? "..." : "", text, to < s->text->len ? "..." : "");
    }
    JS_FreeCString(ctx, token);
    JS_FreeCString(ctx, text);
}

static bool json_push(JSONText *s, JSValue v)
{
    if (s->count == s->size) {
        int size = s->size ? s->size * 2 : 32;
        JSValue *values = js_realloc(s->ctx, s->values, size * sizeof(*values));
        if (!values) {
            JS_FreeValue(s->ctx, v);
            s->failed = true;
            return false;
        }
        s->values = values;
        s->size = size;
    }
    s->values[s->count++] = v;
    return true;
}

/* json_object makes an object of the last n values, under the first n keys of shape. */
static JSValue json_object(JSONText *s, JSShape *shape, int n)
{
    JSContext *ctx = s->ctx;
    const JSValue *values = s->values + s->count - n;
    JSShapeProperty *keys;
    JSObject *p;
    JSValue object;
    int i;
    if (shape && n == shape->prop_count) {
        object = JS_NewObjectFromShape(ctx, js_dup_shape(shape), JS_CLASS_OBJECT, NULL);
        if (JS_IsException(object))
            goto fail;
        p = JS_VALUE_GET_OBJ(object);
        for (i = 0; i < n; i++)
            p->prop[i].u.value = values[i];
        s->count -= n;
        return object;
    }
    object = JS_NewObject(ctx);
    if (JS_IsException(object))
        goto fail;
    p = JS_VALUE_GET_OBJ(object);
    for (i = 0; i < n; i++) {
        JSProperty *property = add_property(ctx, p, get_shape_prop(shape)[i].atom, JS_PROP_C_W_E);
        if (!property) {
            JS_FreeValue(ctx, object);
            goto fail;
        }
        property->u.value = js_dup(values[i]);
    }
    for (i = 0; i < n; i++)
        JS_FreeValue(ctx, values[i]);
    s->count -= n;
    return object;
fail:
    s->failed = true;
    return JS_EXCEPTION;
}

/* json_define takes v and the key. */
static bool json_define(JSONText *s, JSValue object, JSAtom key, JSValue v)
{
    JSObject *p = JS_VALUE_GET_OBJ(object);
    JSProperty *property;
    if (find_own_property1(p, key)) { /* the last of two counts */
        if (JS_DefinePropertyValue(s->ctx, object, key, v, JS_PROP_C_W_E) < 0)
            s->failed = true;
    } else if ((property = add_property(s->ctx, p, key, JS_PROP_C_W_E))) {
        property->u.value = v;
    } else {
        JS_FreeValue(s->ctx, v);
        s->failed = true;
    }
    JS_FreeAtom(s->ctx, key);
    return !s->failed;
}

/* json_flush moves the values from base on to the end of array. */
static bool json_flush(JSONText *s, JSValue array, int base)
{
    JSObject *p = JS_VALUE_GET_OBJ(array);
    int n = s->count - base;
    if (n == 0)
        return true;
    if (p->u.array.count + n > p->u.array.u1.size && expand_fast_array(s->ctx, p, p->u.array.count + n)) {
        s->failed = true;
        return false;
    }
    memcpy(p->u.array.u.values + p->u.array.count, s->values + base, n * sizeof(*s->values));
    p->u.array.count += n;
    p->prop[0].u.value = js_int32(p->u.array.count);
    s->count = base;
    return true;
}

/* Has a bit in the first of four units that is no ASCII which JSON has as it is, and
 * none before; 0 if they all are. */
static inline uint64_t json_odd(uint64_t x)
{
    uint64_t quote = x ^ BT_EACH16('"'), backslash = x ^ BT_EACH16('\\');
    return ((x - BT_EACH16(0x20)) | (quote - BT_EACH16(1)) | (backslash - BT_EACH16(1)) | x) & BT_EACH16(0xff80);
}

#define JSON_CHAR uint8_t
#define JSON(name) json_##name##8
#define JSON_WIDE 0
#include "json.c"
#undef JSON_CHAR
#undef JSON
#undef JSON_WIDE
#define JSON_CHAR uint16_t
#define JSON(name) json_##name##16
#define JSON_WIDE 1
#include "json.c"

/* bt_json_parse is JSON.parse(text), of a string, if revive is false and the text is
 * not too odd; else JS_UNINITIALIZED. What is not JSON throws. */
static JSValue bt_json_parse(JSContext *ctx, JSValueConst text, bool revive)
{
    JSString *p = JS_VALUE_GET_STRING(text);
    JSONText s = { .ctx = ctx, .text = p };
    JSValue v = JS_UNINITIALIZED;
    int i;
    bool ok = false;
    if (!revive)
        ok = p->is_wide_char ? json_text16(&s, str16(p), p->len, &v) : json_text8(&s, str8(p), p->len, &v);
    for (i = 0; !ok && i < s.count; i++)
        JS_FreeValue(ctx, s.values[i]);
    for (i = 0; i < JSON_SHAPES; i++)
        js_free_shape_null(ctx->rt, s.like[i]);
    js_free(ctx, s.values);
    if (ok)
        return v;
    if (s.failed)
        return JS_EXCEPTION;
    s.end = p->is_wide_char ? (void *)(str16(p) + p->len) : (void *)(str8(p) + p->len);
    return (p->is_wide_char ? json_check16(&s, str16(p)) : json_check8(&s, str8(p))) ? JS_UNINITIALIZED : JS_EXCEPTION;
}

enum { JSON_DEPTH = 2000 }; /* cycles are looked for in time quadratic in it */

/* JSONOpen is an object that is being printed. */
typedef struct JSONOpen {
    JSObject *object;
    struct JSONOpen *in;
} JSONOpen;

typedef struct {
    JSContext *ctx;
    StringBuffer out;
    JSString *gap; /* NULL for none */
    JSObject *plain; /* the last prototype that gave its objects no toJSON */
    JSONOpen *open; /* the innermost */
    int depth;
} JSONPrint;

/* json_plain reports whether objects with prototype p have no toJSON from it, nor
 * from an object that answers for itself. */
static bool json_plain(JSONPrint *s, JSObject *p)
{
    JSObject *q;
    if (p == s->plain)
        return true;
    for (q = p; q; q = q->shape->proto) {
        if (q->class_id != JS_CLASS_OBJECT && q->class_id != JS_CLASS_ARRAY)
            return false;
        if (find_own_property1(q, JS_ATOM_toJSON))
            return false;
    }
    s->plain = p;
    return true;
}

static void json_newline(JSONPrint *s)
{
    int i;
    if (!s->gap)
        return;
    string_buffer_putc8(&s->out, '\n');
    for (i = 0; i < s->depth; i++)
        string_buffer_concat(&s->out, s->gap, 0, s->gap->len);
}

/* What stands for a character that has to be escaped; returns its length. */
static int json_escaped(uint32_t c, char buf[6])
{
    static const char hex[] = "0123456789abcdef";
    int n = 2;
    buf[0] = '\\';
    switch (c) {
    case '\t': buf[1] = 't'; break;
    case '\r': buf[1] = 'r'; break;
    case '\n': buf[1] = 'n'; break;
    case '\b': buf[1] = 'b'; break;
    case '\f': buf[1] = 'f'; break;
    case '"': case '\\': buf[1] = c; break;
    default:
        buf[1] = 'u';
        for (; n < 6; n++)
            buf[n] = hex[c >> (4 * (5 - n)) & 15];
    }
    return n;
}

static inline __attribute__((always_inline)) uint32_t json_one(const void *units, uint32_t i, bool wide)
{
    return wide ? ((const uint16_t *)units)[i] : ((const uint8_t *)units)[i];
}

/* Copies the next four units to to[at], and returns how many of them come before the
 * first that is odd. */
static inline __attribute__((always_inline)) int json_copy(const void *units, uint32_t i, bool wide, void *to, size_t at, bool to_wide)
{
    uint64_t x = bt_load_four(units, i, wide), odd = json_odd(x);
    bt_store_four(to, at, to_wide, x);
    return odd ? __builtin_ctzll(odd) / 16 : 4;
}

/* A string as a JSON text in UTF-8, of size bytes, for the caller to free; NULL if
 * memory is none. */
static inline __attribute__((always_inline)) char *json_encode(JSContext *ctx, JSString *p, size_t *size, bool wide)
{
    enum { STEP = 4 + 6 + 1 }; /* four units, one that is escaped, and the end */
    const void *units = strv(p);
    uint32_t i = 0, n = p->len, c;
    size_t at = 1, room = (size_t)n + 2 * STEP;
    char *more, *text = js_malloc_rt(ctx->rt, room);
    if (!text)
        return NULL;
    while (i < n) {
        if (room - at < STEP) {
            room += room / 2;
            if (!(more = js_realloc_rt(ctx->rt, text, room))) {
                js_free_rt(ctx->rt, text);
                return NULL;
            }
            text = more;
        }
        if (n - i >= 4) {
            int copied = json_copy(units, i, wide, text, at, false);
            i += copied;
            at += copied;
            if (copied == 4)
                continue;
        }
        c = json_one(units, i++, wide);
        if (c < 0x20 || c == '"' || c == '\\')
            at += json_escaped(c, text + at);
        else if (c < 0x80)
            text[at++] = c;
        else if (is_hi_surrogate(c) && i < n && is_lo_surrogate(json_one(units, i, wide)))
            at += utf8_encode((uint8_t *)text + at, from_surrogate(c, json_one(units, i++, wide)));
        else if (is_surrogate(c))
            at += json_escaped(c, text + at);
        else
            at += utf8_encode((uint8_t *)text + at, c);
    }
    text[0] = text[at] = '"';
    *size = at + 1;
    return text;
}

static char *json_utf8(JSContext *ctx, JSString *p, size_t *size)
{
    return p->is_wide_char ? json_encode(ctx, p, size, true) : json_encode(ctx, p, size, false);
}

/* Makes room for n more units, of 16 bits if wide. */
static bool json_room(StringBuffer *b, uint32_t n, bool wide)
{
    if (b->size - b->len < n)
        return !string_buffer_realloc(b, b->len + n, wide ? 0x100 : 0);
    return b->is_wide_char || !wide || !string_buffer_widen(b, b->size);
}

/* Appends p with quotes to b, which has room for it without escapes, and whose units
 * are of 16 bits if to_wide; p's are if wide. */
static inline __attribute__((always_inline)) void json_quote_to(StringBuffer *b, JSString *p, bool wide, bool to_wide)
{
    const void *units = strv(p);
    void *to = strv(b->str);
    uint32_t i = 0, n = p->len, at = b->len, c;
    char escaped[6];
    int j, len;
#define PUT(c) (to_wide ? (void)(((uint16_t *)to)[at++] = (c)) : (void)(((uint8_t *)to)[at++] = (c)))
    PUT('"');
    while (i < n) {
        if (n - i >= 4) {
            int copied = json_copy(units, i, wide, to, at, to_wide);
            i += copied;
            at += copied;
            if (copied == 4)
                continue;
        }
        c = json_one(units, i++, wide);
        if (wide && is_hi_surrogate(c) && i < n && is_lo_surrogate(json_one(units, i, wide))) {
            PUT(c);
            c = json_one(units, i++, wide);
        } else if (c < 0x20 || c == '"' || c == '\\' || is_surrogate(c)) {
            len = json_escaped(c, escaped);
            b->len = at;
            if (!json_room(b, len + n - i + 1, to_wide)) /* the others, and a quote */
                return;
            to = strv(b->str);
            for (j = 0; j < len; j++)
                PUT(escaped[j]);
            continue;
        }
        PUT(c);
    }
    PUT('"');
    b->len = at;
#undef PUT
}

static void json_quote(JSONPrint *s, JSString *p)
{
    StringBuffer *b = &s->out;
    bool wide = p->is_wide_char && bt_wide(str16(p), p->len);
    if (!json_room(b, p->len + 2, wide))
        return;
    if (!b->is_wide_char)
        p->is_wide_char ? json_quote_to(b, p, true, false) : json_quote_to(b, p, false, false);
    else
        p->is_wide_char ? json_quote_to(b, p, true, true) : json_quote_to(b, p, false, true);
}

static bool json_print(JSONPrint *s, JSValueConst v);

static bool json_print_array(JSONPrint *s, JSObject *p)
{
    uint32_t i, n = p->u.array.count;
    if (!bt_whole_array(p))
        return false;
    string_buffer_putc8(&s->out, '[');
    s->depth++;
    for (i = 0; i < n; i++) {
        JSValue v = p->u.array.u.values[i];
        if (i > 0)
            string_buffer_putc8(&s->out, ',');
        json_newline(s);
        if (JS_IsUndefined(v) || JS_IsSymbol(v))
            v = JS_NULL;
        if (!json_print(s, v))
            return false;
    }
    s->depth--;
    if (n > 0)
        json_newline(s);
    string_buffer_putc8(&s->out, ']');
    return true;
}

static bool json_print_object(JSONPrint *s, JSObject *p)
{
    JSShape *shape = p->shape;
    JSShapeProperty *key = get_shape_prop(shape);
    int i, n = shape->prop_count;
    bool some = false;
    if (p->is_exotic)
        return false;
    string_buffer_putc8(&s->out, '{');
    s->depth++;
    for (i = 0; i < n; i++, key++) {
        JSString *name;
        JSValue v;
        if (key->atom == JS_ATOM_NULL)
            continue; /* deleted */
        if (key->atom == JS_ATOM_toJSON || __JS_AtomIsTaggedInt(key->atom))
            return false; /* indexes come first, in their order */
        name = s->ctx->rt->atom_array[key->atom];
        if (name->atom_type != JS_ATOM_TYPE_STRING)
            continue;
        if (name->len > 0 && !name->is_wide_char && is_digit(str8(name)[0]))
            return false;
        if (!(key->flags & JS_PROP_ENUMERABLE))
            continue;
        if ((key->flags & JS_PROP_TMASK) != JS_PROP_NORMAL)
            return false;
        v = p->prop[i].u.value;
        if (JS_IsUndefined(v) || JS_IsSymbol(v))
            continue;
        if (some)
            string_buffer_putc8(&s->out, ',');
        some = true;
        json_newline(s);
        json_quote(s, name);
        string_buffer_putc8(&s->out, ':');
        if (s->gap)
            string_buffer_putc8(&s->out, ' ');
        if (!json_print(s, v))
            return false;
    }
    s->depth--;
    if (some)
        json_newline(s);
    string_buffer_putc8(&s->out, '}');
    return true;
}

/* json_print prints v, or returns false if it declines or fails. */
static bool json_print(JSONPrint *s, JSValueConst v)
{
    char buf[64];
    int n;
    switch (JS_VALUE_GET_NORM_TAG(v)) {
    case JS_TAG_STRING:
        json_quote(s, JS_VALUE_GET_STRING(v));
        break;
    case JS_TAG_STRING_ROPE: {
        JSValue whole = js_linearize_string_rope(s->ctx, v);
        if (JS_IsException(whole)) {
            string_buffer_set_error(&s->out);
            return false;
        }
        json_quote(s, JS_VALUE_GET_STRING(whole));
        JS_FreeValue(s->ctx, whole);
        break;
    }
    case JS_TAG_INT:
        n = i32toa(buf, JS_VALUE_GET_INT(v));
        string_buffer_write8(&s->out, (const uint8_t *)buf, n);
        break;
    case JS_TAG_FLOAT64: {
        double d = JS_VALUE_GET_FLOAT64(v);
        JSDTOATempMem mem;
        if (!isfinite(d)) {
            string_buffer_puts8(&s->out, "null");
            break;
        }
        n = bt_decimal(buf, d);
        if (!n)
            n = js_dtoa(buf, d, 10, 0, JS_DTOA_FORMAT_FREE, &mem);
        string_buffer_write8(&s->out, (const uint8_t *)buf, n);
        break;
    }
    case JS_TAG_BOOL:
        string_buffer_puts8(&s->out, JS_VALUE_GET_BOOL(v) ? "true" : "false");
        break;
    case JS_TAG_NULL:
        string_buffer_puts8(&s->out, "null");
        break;
    case JS_TAG_OBJECT: {
        JSObject *p = JS_VALUE_GET_OBJ(v);
        JSONOpen *o, here = { p, s->open };
        bool ok;
        for (o = s->open; o; o = o->in) {
            if (o->object == p)
                return false;
        }
        if (s->depth >= JSON_DEPTH || js_check_stack_overflow(s->ctx->rt, 0) || !json_plain(s, p->shape->proto))
            return false;
        if (p->class_id != JS_CLASS_OBJECT && p->class_id != JS_CLASS_ARRAY)
            return false;
        s->open = &here;
        ok = p->class_id == JS_CLASS_ARRAY ? json_print_array(s, p) : json_print_object(s, p);
        s->open = here.in;
        return ok && !s->out.error_status;
    }
    default:
        return false;
    }
    return !s->out.error_status;
}

/* bt_json_stringify is JSON.stringify(v, undefined, space), or JS_UNINITIALIZED if
 * it declines. */
static JSValue bt_json_stringify(JSContext *ctx, JSValueConst v, JSValueConst space)
{
    JSONPrint s = { .ctx = ctx };
    JSValue gap = JS_UNDEFINED, ret = JS_UNINITIALIZED;
    int n;
    if (JS_IsNumber(space)) {
        if (JS_ToInt32Clamp(ctx, &n, space, 0, 10, 0))
            return JS_EXCEPTION;
        gap = js_new_string8_len(ctx, "          ", n);
    } else if (JS_VALUE_GET_TAG(space) == JS_TAG_STRING) {
        gap = js_sub_string(ctx, JS_VALUE_GET_STRING(space), 0, min_int(JS_VALUE_GET_STRING(space)->len, 10));
    } else if (JS_IsObject(space) || JS_IsString(space)) {
        return ret;
    }
    if (JS_IsException(gap))
        return gap;
    if (JS_IsString(gap) && JS_VALUE_GET_STRING(gap)->len > 0)
        s.gap = JS_VALUE_GET_STRING(gap);
    if (string_buffer_init(ctx, &s.out, 512)) {
        ret = JS_EXCEPTION;
    } else if (json_print(&s, v)) {
        ret = string_buffer_end(&s.out);
    } else if (s.out.error_status) {
        ret = JS_EXCEPTION;
    } else {
        string_buffer_free(&s.out);
    }
    JS_FreeValue(ctx, gap);
    return ret;
}

#else /* for one width of characters */

static bool JSON(value)(JSONText *s, const JSON_CHAR **pp, JSValue *v);

static inline const JSON_CHAR *JSON(space)(const JSONText *s, const JSON_CHAR *p)
{
    const JSON_CHAR *end = s->end;
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
        p++;
    return p;
}

/* Goes to the first character that is odd, or to the last three. */
static inline const JSON_CHAR *JSON(plain)(const JSON_CHAR *p, const JSON_CHAR *end)
{
    for (; end - p >= 4; p += 4) {
        uint64_t odd = json_odd(bt_load_four(p, 0, JSON_WIDE));
        if (odd)
            return p + __builtin_ctzll(odd) / 16;
    }
    return p;
}

/* JSON(string) reads a string whose quote is read. */
static bool JSON(string)(JSONText *s, const JSON_CHAR **pp, JSValue *v)
{
    const JSON_CHAR *p = *pp, *from = p, *end = s->end;
    StringBuffer b;
    uint32_t c = 0, all = 0, i;
    for (p = JSON(plain)(p, end); p < end; p++) {
        c = *p;
        if (c == '"' || c == '\\' || c < 0x20)
            break;
        all |= c;
    }
    if (p == end || c < 0x20)
        return false;
    if (c == '"') {
        uint32_t n = p - from;
        *pp = p + 1;
        if (n == 0) {
            *v = js_empty_string(s->ctx->rt);
            return true;
        }
#if JSON_WIDE
        if (all < 0x100) {
            JSString *narrow = js_alloc_string(s->ctx, n, 0);
            if (!narrow) {
                s->failed = true;
                return false;
            }
            bt_narrow(str8(narrow), from, n);
            str8(narrow)[n] = 0;
            *v = JS_MKPTR(JS_TAG_STRING, narrow);
            return true;
        }
        *v = js_new_string16_len(s->ctx, from, n);
#else
        *v = js_new_string8_len(s->ctx, (const char *)from, n);
#endif
        if (JS_IsException(*v)) {
            s->failed = true;
            return false;
        }
        return true;
    }
    if (string_buffer_init(s->ctx, &b, p - from + 16)) {
        s->failed = true;
        return false;
    }
    for (;;) {
#if JSON_WIDE
        string_buffer_write16(&b, from, p - from);
#else
        string_buffer_write8(&b, from, p - from);
#endif
        c = *p++;
        if (c == '"')
            break;
        if (c < 0x20 || p == end)
            goto decline;
        switch (c = *p++) {
        case 'b': c = '\b'; break;
        case 'f': c = '\f'; break;
        case 'n': c = '\n'; break;
        case 'r': c = '\r'; break;
        case 't': c = '\t'; break;
        case '"': case '\\': case '/': break;
        case 'u':
            if (end - p < 4)
                goto decline;
            for (c = i = 0; i < 4; i++) {
                uint32_t h = p[i];
                int digit = h < 0x80 ? from_hex(h) : -1;
                if (digit < 0)
                    goto decline;
                c = c << 4 | digit;
            }
            p += 4;
            break;
        default:
            goto decline;
        }
        if (string_buffer_putc16(&b, c)) {
            s->failed = true;
            goto decline;
        }
        from = p;
        for (p = JSON(plain)(p, end); p < end && *p != '"' && *p != '\\' && *p >= 0x20; p++)
            ;
        if (p == end)
            goto decline;
    }
    *pp = p;
    *v = string_buffer_end(&b);
    if (JS_IsException(*v)) {
        s->failed = true;
        return false;
    }
    return true;
decline:
    string_buffer_free(&b);
    return false;
}

static bool JSON(number)(JSONText *s, const JSON_CHAR **pp, JSValue *v)
{
    const JSON_CHAR *from = *pp, *p = from, *end = s->end;
    bool negative = *p == '-', whole = true;
    uint64_t n = 0;
    int digits = 0, scale = 0;
    double d;
    p += negative;
    if (p == end || !is_digit(*p))
        return false;
    if (*p == '0' && p + 1 < end && is_digit(p[1]))
        return false;
    for (; p < end && is_digit(*p); p++, digits++)
        n = n * 10 + (*p - '0');
    if (p < end && *p == '.') {
        whole = false;
        if (++p == end || !is_digit(*p))
            return false;
        for (; p < end && is_digit(*p); p++, digits++, scale--)
            n = n * 10 + (*p - '0');
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        int e = 0;
        bool minus = false;
        whole = false;
        if (++p < end && (*p == '+' || *p == '-'))
            minus = *p++ == '-';
        if (p == end || !is_digit(*p))
            return false;
        for (; p < end && is_digit(*p); p++)
            e = min_int(e * 10 + (*p - '0'), 10000);
        scale += minus ? -e : e;
    }
    *pp = p;
    if (digits <= 15 && whole && n <= INT32_MAX && (n || !negative)) {
        *v = js_int32(negative ? -(int32_t)n : (int32_t)n);
        return true;
    }
    if (digits <= 15 && scale >= -22 && scale <= 22) {
        /* Both are exact, so that the result is rounded once. */
        d = scale < 0 ? (double)n / json_pow10[-scale] : (double)n * json_pow10[scale];
        d = negative ? -d : d;
    } else {
        char text[128];
        JSATODTempMem mem;
        size_t i, len = p - from;
        if (len >= sizeof(text))
            return false;
        for (i = 0; i < len; i++)
            text[i] = from[i];
        text[len] = 0;
        d = js_atod(text, NULL, 10, 0, &mem);
    }
    *v = js_number(d);
    return true;
}

/* JSON(match) returns what follows a key and its quote, if the key is this one. */
static const JSON_CHAR *JSON(match)(const JSONText *s, const JSON_CHAR *p, JSAtom key)
{
    JSString *name;
    const uint8_t *q;
    uint32_t i, n;
    if (__JS_AtomIsTaggedInt(key))
        return NULL;
    name = s->ctx->rt->atom_array[key];
    n = name->len;
    if (name->is_wide_char || (const JSON_CHAR *)s->end - p <= n)
        return NULL;
    q = str8(name);
    for (i = 0; n - i >= 4; i += 4) {
        uint64_t x = bt_load_four(p, i, JSON_WIDE);
        if (x != bt_load_four(q, i, false) || json_odd(x))
            return NULL;
    }
    for (; i < n; i++) {
        uint32_t c = q[i];
        if (p[i] != c || c == '"' || c == '\\' || c < 0x20)
            return NULL;
    }
    return p[n] == '"' ? p + n + 1 : NULL;
}

/* JSON(members) reads the members of an object whose brace is read. */
static bool JSON(members)(JSONText *s, const JSON_CHAR **pp, JSValue *object)
{
    const JSON_CHAR *p = JSON(space)(s, *pp), *end = s->end;
    JSShape **like = s->depth < JSON_SHAPES ? &s->like[s->depth] : NULL;
    JSShape *shape = like ? *like : NULL;
    int n = 0; /* as many keys as shape has, so far */
    bool made = false;
    JSObject *o;
    if (p < end && *p == '}') {
        p++;
        goto end;
    }
    for (;;) {
        const JSON_CHAR *after = NULL;
        JSAtom key = JS_ATOM_NULL;
        JSValue v;
        if (p == end || *p++ != '"')
            goto fail;
        if (!made && shape && n < shape->prop_count)
            after = JSON(match)(s, p, get_shape_prop(shape)[n].atom);
        if (after) {
            p = after;
        } else {
            if (!made) {
                *object = json_object(s, shape, n);
                if (JS_IsException(*object))
                    return false;
                made = true;
                n = 0;
            }
            if (!JSON(string)(s, &p, &v))
                goto fail;
            key = JS_NewAtomStr(s->ctx, JS_VALUE_GET_STRING(v));
            if (key == JS_ATOM_NULL) {
                JS_ThrowOutOfMemory(s->ctx);
                s->failed = true;
                goto fail;
            }
        }
        p = JSON(space)(s, p);
        if (p == end || *p++ != ':' || !JSON(value)(s, &p, &v)) {
            JS_FreeAtom(s->ctx, key);
            goto fail;
        }
        if (made) {
            if (!json_define(s, *object, key, v))
                goto fail;
        } else {
            if (!json_push(s, v))
                goto fail;
            n++;
        }
        p = JSON(space)(s, p);
        if (p == end)
            goto fail;
        if (*p == '}') {
            p++;
            break;
        }
        if (*p++ != ',')
            goto fail;
        p = JSON(space)(s, p);
    }
end:
    if (!made) {
        *object = json_object(s, shape, n);
        if (JS_IsException(*object))
            return false;
    }
    o = JS_VALUE_GET_OBJ(*object);
    if (like && o->shape != shape && o->shape->is_hashed) {
        js_free_shape_null(s->ctx->rt, shape);
        *like = js_dup_shape(o->shape);
    }
    *pp = p;
    return true;
fail:
    if (made)
        JS_FreeValue(s->ctx, *object);
    return false;
}

/* JSON(elements) reads those of an array whose bracket is read. */
static bool JSON(elements)(JSONText *s, const JSON_CHAR **pp, JSValue *array)
{
    const JSON_CHAR *p = JSON(space)(s, *pp), *end = s->end;
    int base = s->count;
    *array = JS_NewArray(s->ctx);
    if (JS_IsException(*array)) {
        s->failed = true;
        return false;
    }
    if (p < end && *p == ']') {
        *pp = p + 1;
        return true;
    }
    for (;;) {
        JSValue v;
        if (!JSON(value)(s, &p, &v) || !json_push(s, v))
            break;
        if (s->count - base == JSON_CHUNK && !json_flush(s, *array, base))
            break;
        p = JSON(space)(s, p);
        if (p == end)
            break;
        if (*p == ']') {
            if (!json_flush(s, *array, base))
                break;
            *pp = p + 1;
            return true;
        }
        if (*p++ != ',')
            break;
    }
    JS_FreeValue(s->ctx, *array);
    return false;
}

static bool JSON(word)(const JSONText *s, const JSON_CHAR **pp, const char *word)
{
    const JSON_CHAR *p = *pp;
    for (; *word; word++, p++) {
        if (p == s->end || *p != *word)
            return false;
    }
    *pp = p;
    return true;
}

static bool JSON(value)(JSONText *s, const JSON_CHAR **pp, JSValue *v)
{
    const JSON_CHAR *p = JSON(space)(s, *pp);
    bool ok;
    if (p == s->end)
        return false;
    *pp = p;
    switch (*p) {
    case '"':
        ++*pp;
        return JSON(string)(s, pp, v);
    case '{':
    case '[':
        if (js_check_stack_overflow(s->ctx->rt, 0))
            return false;
        ++*pp;
        s->depth++;
        ok = *p == '{' ? JSON(members)(s, pp, v) : JSON(elements)(s, pp, v);
        s->depth--;
        return ok;
    case 't':
        *v = JS_TRUE;
        return JSON(word)(s, pp, "true");
    case 'f':
        *v = JS_FALSE;
        return JSON(word)(s, pp, "false");
    case 'n':
        *v = JS_NULL;
        return JSON(word)(s, pp, "null");
    default:
        return JSON(number)(s, pp, v);
    }
}

/* JSON(text) reads a whole text. */
static bool JSON(text)(JSONText *s, const JSON_CHAR *p, uint32_t len, JSValue *v)
{
    JSValue got;
    s->end = p + len;
    if (!JSON(value)(s, &p, &got))
        return false;
    if (JSON(space)(s, p) != s->end) {
        JS_FreeValue(s->ctx, got);
        return false;
    }
    *v = got;
    return true;
}

/* JSON(check) throws what V8 says of a text that is not JSON, and returns false. */
static bool JSON(check)(JSONText *s, const JSON_CHAR *text)
{
    const JSON_CHAR *p = text, *end = s->end;
    uint8_t *open = NULL; /* what is open: '{' or '[' */
    int depth = 0, size = 0;
    const char *word, *message = NULL;
value:
    p = JSON(space)(s, p);
    if (p == end)
        goto over;
    switch (*p) {
    case '{':
    case '[':
        if (depth == size) {
            uint8_t *more = js_realloc(s->ctx, open, size = size ? size * 2 : 64);
            if (!more)
                goto fail;
            open = more;
        }
        open[depth++] = *p;
        p = JSON(space)(s, p + 1);
        if (open[depth - 1] == '[') {
            if (p == end || *p != ']')
                goto value;
            p++;
            depth--;
            break;
        }
        if (p < end && *p == '}') {
            p++;
            depth--;
            break;
        }
        message = "Expected property name or '}'";
        if (p == end || *p != '"')
            goto here;
        message = "Expected ':' after property name";
        goto string;
    case '"':
        goto string;
    case 't': word = "true"; goto word;
    case 'f': word = "false"; goto word;
    case 'n': word = "null"; goto word;
    default:
        if (*p != '-' && !is_digit(*p))
            goto token;
        if (*p == '-' && (++p == end || !is_digit(*p))) {
            message = "No number after minus sign";
            goto here;
        }
        if (*p++ == '0' && p < end && is_digit(*p)) {
            message = "Unexpected number";
            goto here;
        }
        while (p < end && is_digit(*p))
            p++;
        if (p < end && *p == '.') {
            message = "Unterminated fractional number";
            if (++p == end || !is_digit(*p))
                goto here;
            while (p < end && is_digit(*p))
                p++;
        }
        if (p < end && (*p == 'e' || *p == 'E')) {
            message = "Exponent part is missing a number";
            if (++p < end && (*p == '+' || *p == '-'))
                p++;
            if (p == end || !is_digit(*p))
                goto here;
            while (p < end && is_digit(*p))
                p++;
        }
    }
after:
    message = NULL;
    p = JSON(space)(s, p);
    if (depth == 0) {
        if (p == end) {
            js_free(s->ctx, open);
            return true;
        }
        message = "Unexpected non-whitespace character after JSON";
        goto whole;
    }
    if (p < end && *p == ',') {
        if (open[depth - 1] == '[') {
            p++;
            goto value;
        }
        p = JSON(space)(s, p + 1);
        if (p == end || *p != '"') {
            message = "Expected double-quoted property name";
            goto here;
        }
        message = "Unexpected end of JSON input"; /* if that is what follows the name */
        goto string;
    }
    if (p < end && *p == (open[depth - 1] == '[' ? ']' : '}')) {
        p++;
        depth--;
        goto after;
    }
    message = open[depth - 1] == '[' ? "Expected ',' or ']' after array element" : "Expected ',' or '}' after property value";
    goto here;
word:
    for (; *word; word++, p++) {
        if (p == end)
            goto over;
        if (*p != *word)
            goto token;
    }
    goto after;
string: /* a name if message says what follows it */
    for (p++;; p++) {
        const char *bad;
        uint32_t c, i;
        if (p == end) {
            message = "Unterminated string";
            goto here;
        }
        c = *p;
        if (c == '"')
            break;
        if (c >= 0x20 && c != '\\')
            continue;
        bad = "Bad control character in string literal";
        if (c == '\\') {
            if (++p == end)
                goto over;
            c = *p;
            if (c == '"' || c == '\\' || c == '/' || c == 'b' || c == 'f' || c == 'n' || c == 'r' || c == 't')
                continue;
            if (c > 0xff)
                goto token;
            bad = "Bad escaped character";
            if (c == 'u') {
                bad = "Bad Unicode escape";
                for (p++, i = 0; i < 4 && p < end && *p < 0x80 && from_hex(*p) >= 0; i++)
                    p++;
                if (i == 4) {
                    p--;
                    continue;
                }
            }
        }
        message = bad;
        goto here;
    }
    p++;
    if (!message)
        goto after;
    p = JSON(space)(s, p);
    if (p < end && *p == ':') {
        p++;
        message = NULL;
        goto value;
    }
    if (*message != 'U') /* the first name */
        goto here;
    if (p == end)
        goto over;
token:
    if (*p != '"' && *p != '-' && !is_digit(*p)) {
        json_token(s, p - text);
        goto fail;
    }
    message = *p == '"' ? "Unexpected string" : "Unexpected number";
here:
    JS_ThrowSyntaxError(s->ctx, "%s in JSON at position %d", message, (int)(p - text));
    goto fail;
whole:
    JS_ThrowSyntaxError(s->ctx, "%s at position %d", message, (int)(p - text));
    goto fail;
over:
    JS_ThrowSyntaxError(s->ctx, "Unexpected end of JSON input");
fail:
    js_free(s->ctx, open);
    return false;
}

#endif
