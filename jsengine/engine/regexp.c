//go:build ignore

/* Shorter ways for regular expressions, taken by edits of quickjs.c's functions. The
 * language has String's methods ask a RegExp for each match by its properties, as an
 * object with an array of strings. Where nobody could see that, the matches are had
 * from the program itself, as numbers. Included by shim.c after quickjs.c. */

/* Whether proto has a getter of that name, and it is the built-in one. */
static bool bt_getter(JSContext *ctx, JSObject *proto, JSAtom name, JSCFunction *get, int magic)
{
    JSProperty *property;
    JSShapeProperty *key = find_own_property(&property, proto, name);
    return key && (key->flags & JS_PROP_TMASK) == JS_PROP_GETSET && property->u.getset.getter &&
        JS_IsCFunction(ctx, JS_MKPTR(JS_TAG_OBJECT, property->u.getset.getter), get, magic);
}

/* The getters that flags asks, by name. */
static struct { const char *name; JSAtom atom; int mask; } bt_flags[] = {
    { "hasIndices", 0, LRE_FLAG_INDICES }, { "global", 0, LRE_FLAG_GLOBAL }, { "ignoreCase", 0, LRE_FLAG_IGNORECASE },
    { "multiline", 0, LRE_FLAG_MULTILINE }, { "dotAll", 0, LRE_FLAG_DOTALL }, { "unicode", 0, LRE_FLAG_UNICODE },
    { "unicodeSets", 0, LRE_FLAG_UNICODE_SETS }, { "sticky", 0, LRE_FLAG_STICKY },
};

/* bt_regexp_init is called once, before the image is taken. */
static bool bt_regexp_init(JSContext *ctx)
{
    int i;
    for (i = 0; i < countof(bt_flags); i++) {
        bt_flags[i].atom = JS_NewAtom(ctx, bt_flags[i].name);
        if (bt_flags[i].atom == JS_ATOM_NULL)
            return false;
    }
    return true;
}

/* bt_regexp returns the RegExp that rx is, if it is as a literal makes it (no property
 * of its own but an integer lastIndex, this realm's prototype) and the prototype's
 * exec is the built-in one, and its flags too if asked for: nothing that a method of
 * the language gets from it then runs code of the program. Else NULL. */
static JSRegExp *bt_regexp(JSContext *ctx, JSValueConst rx, bool flags)
{
    JSObject *p, *proto;
    JSShapeProperty *key;
    JSProperty *property;
    int i;
    if (JS_VALUE_GET_TAG(rx) != JS_TAG_OBJECT)
        return NULL;
    p = JS_VALUE_GET_OBJ(rx);
    if (p->class_id != JS_CLASS_REGEXP || p->shape->prop_count != 1 || JS_VALUE_GET_TAG(ctx->class_proto[JS_CLASS_REGEXP]) != JS_TAG_OBJECT)
        return NULL;
    proto = JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_REGEXP]);
    key = get_shape_prop(p->shape);
    if (p->shape->proto != proto || key->atom != JS_ATOM_lastIndex || key->flags != JS_PROP_WRITABLE ||
        JS_VALUE_GET_TAG(p->prop[0].u.value) != JS_TAG_INT || JS_VALUE_GET_INT(p->prop[0].u.value) < 0)
        return NULL;
    key = find_own_property(&property, proto, JS_ATOM_exec);
    if (!key || (key->flags & JS_PROP_TMASK) != JS_PROP_NORMAL || !JS_IsCFunction(ctx, property->u.value, js_regexp_exec, 0))
        return NULL;
    if (!flags)
        return &p->u.regexp;
    if (!bt_getter(ctx, proto, JS_ATOM_flags, (JSCFunction *)js_regexp_get_flags, 0))
        return NULL;
    for (i = 0; i < countof(bt_flags); i++) {
        if (!bt_getter(ctx, proto, bt_flags[i].atom, (JSCFunction *)js_regexp_get_flag, bt_flags[i].mask))
            return NULL;
    }
    return &p->u.regexp;
}

/* bt_matched keeps a match for RegExp.$1 and its like, unless it is one of the runtime
 * library's own. */
static void bt_matched(JSContext *ctx, JSString *str, uint8_t **capture, int captures)
{
    bt_match *m = &ctx->last_match;
    int i;
    if (bt_hidden(ctx->rt->current_stack_frame))
        return;
    if (m->subject != str) {
        bt_match_free(ctx);
        js_dup(JS_MKPTR(JS_TAG_STRING, str));
        m->subject = str;
    } else if (!JS_IsUndefined(m->input)) {
        JS_FreeValue(ctx, m->input);
        m->input = JS_UNDEFINED;
    }
    m->groups = min_int(captures, countof(m->at));
    for (i = 0; i < m->groups; i++)
        memcpy(m->at[i], capture + 2 * i, sizeof(m->at[i]));
    memcpy(m->last, capture + 2 * (captures - 1), sizeof(m->last));
    if (captures == 1)
        m->last[0] = NULL;
}

static void bt_match_free(JSContext *ctx)
{
    bt_match *m = &ctx->last_match;
    JS_FreeValue(ctx, m->input);
    m->input = JS_UNDEFINED;
    if (m->subject)
        JS_FreeValue(ctx, JS_MKPTR(JS_TAG_STRING, m->subject));
    m->subject = NULL;
}

static JSValue bt_match_get(JSContext *ctx, JSValueConst this_val, int magic)
{
    bt_match *m = &ctx->last_match;
    JSString *str = m->subject;
    uint8_t *start, *end;
    if (magic == BT_MATCH_INPUT && !JS_IsUndefined(m->input))
        return js_dup(m->input);
    if (!str)
        return JS_AtomToString(ctx, JS_ATOM_empty_string);
    start = str8(str);
    end = start + ((size_t)str->len << str->is_wide_char);
    if (magic == BT_MATCH_LEFT) {
        end = m->at[0][0];
    } else if (magic == BT_MATCH_RIGHT) {
        start = m->at[0][1];
    } else if (magic != BT_MATCH_INPUT) {
        start = magic == BT_MATCH_LAST ? m->last[0] : magic < m->groups ? m->at[magic][0] : NULL;
        end = magic == BT_MATCH_LAST ? m->last[1] : magic < m->groups ? m->at[magic][1] : NULL;
        if (!start || !end)
            return JS_AtomToString(ctx, JS_ATOM_empty_string);
    }
    return js_sub_string(ctx, str, (start - str8(str)) >> str->is_wide_char, (end - str8(str)) >> str->is_wide_char);
}

/* Only the input can be set, as a text that nothing else reads. */
static JSValue bt_match_set(JSContext *ctx, JSValueConst this_val, JSValueConst val, int magic)
{
    JSValue text;
    if (magic != BT_MATCH_INPUT)
        return JS_UNDEFINED;
    text = JS_ToString(ctx, val);
    if (JS_IsException(text))
        return text;
    JS_FreeValue(ctx, ctx->last_match.input);
    ctx->last_match.input = text;
    return JS_UNDEFINED;
}

/* bt_search is a search in a string for one match after another. */
typedef struct {
    JSContext *ctx;
    const uint8_t *code;
    JSString *str;
    uint8_t **capture; /* owned */
    int captures, flags;
    bool unicode;
} bt_search;

static bool bt_search_begin(bt_search *s, JSContext *ctx, JSRegExp *re, JSValueConst str)
{
    s->ctx = ctx;
    s->code = str8(re->bytecode);
    s->str = JS_VALUE_GET_STRING(str);
    s->captures = lre_get_capture_count(s->code);
    s->flags = lre_get_flags(s->code);
    s->unicode = s->flags & (LRE_FLAG_UNICODE | LRE_FLAG_UNICODE_SETS);
    s->capture = js_malloc(ctx, sizeof(s->capture[0]) * lre_get_alloc_count(s->code));
    return s->capture != NULL;
}

/* The place where the n-th capture begins, or ends if n is odd; or -1. */
static inline int bt_place(const bt_search *s, int n)
{
    return s->capture[n & ~1] && s->capture[n | 1] ? (s->capture[n] - str8(s->str)) >> s->str->is_wide_char : -1;
}

/* bt_search_at looks for a match from a place on: 1, or 0 without one, or -1 with an
 * exception. */
static int bt_search_at(bt_search *s, int64_t from)
{
    int rc;
    if (from > s->str->len)
        return 0;
    rc = lre_exec(s->capture, s->code, str8(s->str), from, s->str->len, s->str->is_wide_char, s->ctx);
    if (rc == 1)
        bt_matched(s->ctx, s->str, s->capture, s->captures);
    if (rc >= 0)
        return rc == 1;
    if (rc == LRE_RET_TIMEOUT)
        JS_ThrowInterrupted(s->ctx);
    else if (rc == LRE_RET_MEMORY_ERROR)
        JS_ThrowInternalError(s->ctx, "out of memory in regexp execution");
    else
        JS_ThrowInternalError(s->ctx, "corrupted bytecode in regexp execution");
    return -1;
}

/* Where to look for the match after this one. */
static inline int64_t bt_search_next(const bt_search *s)
{
    int end = bt_place(s, 1);
    return end == bt_place(s, 0) ? string_advance_index(s->str, end, s->unicode) : end;
}

static inline void bt_set_last(JSValueConst rx, int last)
{
    JS_VALUE_GET_OBJ(rx)->prop[0].u.value = js_int32(last);
}

/* bt_regexp_test is test() of a plain RegExp and string: 1 or 0, or -1 with an
 * exception, or -2 if it declines. */
static int bt_regexp_test(JSContext *ctx, JSValueConst rx, JSValueConst str)
{
    JSRegExp *re;
    bt_search s;
    bool keeps;
    int found;
    if (JS_VALUE_GET_TAG(str) != JS_TAG_STRING || !(re = bt_regexp(ctx, rx, false)))
        return -2;
    if (!bt_search_begin(&s, ctx, re, str))
        return -1;
    keeps = s.flags & (LRE_FLAG_GLOBAL | LRE_FLAG_STICKY);
    found = bt_search_at(&s, keeps ? JS_VALUE_GET_INT(JS_VALUE_GET_OBJ(rx)->prop[0].u.value) : 0);
    if (found >= 0 && keeps)
        bt_set_last(rx, found ? bt_place(&s, 1) : 0);
    js_free(ctx, s.capture);
    return found;
}

/* bt_regexp_match is [Symbol.match]() of a global RegExp; false if it declines. */
static bool bt_regexp_match(JSContext *ctx, JSValueConst rx, JSValueConst str, JSValue *result)
{
    JSRegExp *re = bt_regexp(ctx, rx, true);
    bt_search s;
    JSValue v;
    int64_t at = 0;
    int found;
    if (!re || !(lre_get_flags(str8(re->bytecode)) & LRE_FLAG_GLOBAL))
        return false;
    *result = JS_EXCEPTION;
    if (!bt_search_begin(&s, ctx, re, str))
        return true;
    *result = JS_NULL;
    while ((found = bt_search_at(&s, at)) == 1) {
        if (JS_IsNull(*result)) {
            *result = JS_NewArray(ctx);
            if (JS_IsException(*result))
                break;
        }
        v = js_sub_string(ctx, s.str, bt_place(&s, 0), bt_place(&s, 1));
        if (JS_IsException(v) || add_fast_array_element(ctx, JS_VALUE_GET_OBJ(*result), v, 0) < 0) {
            found = -1;
            break;
        }
        at = bt_search_next(&s);
    }
    if (found < 0) {
        JS_FreeValue(ctx, *result);
        *result = JS_EXCEPTION;
    }
    bt_set_last(rx, 0);
    js_free(ctx, s.capture);
    return true;
}

/* bt_expand appends what rep says for a match whose captures lie at places, as
 * js_string___GetSubstitution does. */
static void bt_expand(StringBuffer *b, JSString *str, JSString *rep, const int *places, int captures)
{
    int i = 0, j, k, c;
    for (;;) {
        j = string_indexof_char(rep, '$', i);
        if (j < 0 || j + 1 >= rep->len)
            break;
        string_buffer_concat(b, rep, i, j);
        i = j + 2;
        c = string_get(rep, j + 1);
        if (c == '$') {
            string_buffer_putc8(b, '$');
        } else if (c == '&') {
            string_buffer_concat(b, str, places[0], places[1]);
        } else if (c == '`') {
            string_buffer_concat(b, str, 0, places[0]);
        } else if (c == '\'') {
            string_buffer_concat(b, str, places[1], str->len);
        } else {
            k = c >= '0' && c <= '9' ? c - '0' : 0;
            if (c >= '0' && c <= '9' && i < rep->len) {
                c = string_get(rep, i);
                if (c >= '0' && c <= '9' && k * 10 + c - '0' >= 1 && k * 10 + c - '0' < captures) {
                    k = k * 10 + c - '0';
                    i++;
                }
            }
            if (k < 1 || k >= captures)
                string_buffer_concat(b, rep, j, i);
            else if (places[2 * k] >= 0)
                string_buffer_concat(b, str, places[2 * k], places[2 * k + 1]);
        }
    }
    string_buffer_concat(b, rep, i, rep->len);
}

#define BT_CAPTURES 255 /* CAPTURE_COUNT_MAX of libregexp.c */

/* bt_regexp_replace is [Symbol.replace]() with a text, rep, or if that is NULL with
 * what a function returns; false if it declines. All matches are had before the
 * first call, which may change anything. */
static bool bt_regexp_replace(JSContext *ctx, JSValueConst rx, JSValueConst str, JSValueConst call, JSString *rep, JSValue *result)
{
    JSRegExp *re = bt_regexp(ctx, rx, true);
    StringBuffer b_s, *b = &b_s;
    bt_search s;
    JSValue args[BT_CAPTURES + 2], v;
    int *places = NULL, *place, size = 0, n = 0, i, k, from = 0, found;
    int64_t at = 0;
    bool dollar, global;
    if (!re)
        return false;
    k = lre_get_flags(str8(re->bytecode));
    global = k & LRE_FLAG_GLOBAL;
    dollar = rep && string_indexof_char(rep, '$', 0) >= 0;
    if ((k & LRE_FLAG_STICKY) && !global || (k & LRE_FLAG_NAMED_GROUPS) && (!rep || dollar))
        return false;
    *result = JS_EXCEPTION;
    if (!bt_search_begin(&s, ctx, re, str))
        return true;
    while ((found = bt_search_at(&s, at)) == 1) {
        if (n + 2 * s.captures > size) {
            size = max_int(size + size / 2, 8 * s.captures);
            place = size < 1 << 28 ? js_realloc(ctx, places, sizeof(*places) * size) : NULL;
            if (!place) {
                JS_ThrowOutOfMemory(ctx);
                found = -1;
                break;
            }
            places = place;
        }
        for (i = 0; i < 2 * s.captures; i++)
            places[n++] = bt_place(&s, i);
        if (!global)
            break;
        at = bt_search_next(&s);
    }
    js_free(ctx, s.capture);
    if (global)
        bt_set_last(rx, 0);
    if (found < 0) {
        js_free(ctx, places);
        return true;
    }
    string_buffer_init(ctx, b, 0);
    for (k = 0; k < n; k += 2 * s.captures) {
        place = places + k;
        string_buffer_concat(b, s.str, from, place[0]);
        from = place[1];
        if (rep) {
            if (dollar)
                bt_expand(b, s.str, rep, place, s.captures);
            else
                string_buffer_concat(b, rep, 0, rep->len);
            continue;
        }
        for (i = 0; i < s.captures; i++) {
            args[i] = place[2 * i] < 0 ? JS_UNDEFINED : js_sub_string(ctx, s.str, place[2 * i], place[2 * i + 1]);
            if (JS_IsException(args[i]))
                break;
        }
        v = JS_EXCEPTION;
        if (i == s.captures) {
            args[i] = js_int32(place[0]);
            args[i + 1] = unsafe_unconst(str);
            v = JS_ToStringFree(ctx, JS_Call(ctx, call, JS_UNDEFINED, i + 2, (JSValueConst *)args));
        }
        while (i > 0)
            JS_FreeValue(ctx, args[--i]);
        if (JS_IsException(v))
            break;
        string_buffer_concat_value_free(b, v);
    }
    if (k < n) {
        string_buffer_free(b);
    } else {
        string_buffer_concat(b, s.str, from, s.str->len);
        *result = string_buffer_end(b);
    }
    js_free(ctx, places);
    return true;
}

/* bt_regexp_split is [Symbol.split](); false if it declines. The language tries at
 * each place in turn, which is a search. */
static bool bt_regexp_split(JSContext *ctx, JSValueConst rx, JSValueConst str, JSValueConst limit, JSValue *result)
{
    JSRegExp *re = bt_regexp(ctx, rx, true);
    JSObject *proto, *array;
    JSProperty *property;
    JSShapeProperty *key;
    bt_search s;
    JSValue v;
    uint32_t most = UINT32_MAX;
    int i, from = 0, start, end, found;
    int64_t at = 0;
    if (!re || (lre_get_flags(str8(re->bytecode)) & LRE_FLAG_STICKY))
        return false;
    if (JS_VALUE_GET_TAG(limit) == JS_TAG_INT && JS_VALUE_GET_INT(limit) > 0)
        most = JS_VALUE_GET_INT(limit);
    else if (!JS_IsUndefined(limit))
        return false;
    proto = JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_REGEXP]);
    key = find_own_property(&property, proto, JS_ATOM_constructor);
    if (!key || (key->flags & JS_PROP_TMASK) != JS_PROP_NORMAL || !js_same_value(ctx, property->u.value, ctx->regexp_ctor) ||
        !bt_getter(ctx, JS_VALUE_GET_OBJ(ctx->regexp_ctor), JS_ATOM_Symbol_species, (JSCFunction *)js_get_this, 0))
        return false;
    key = find_own_property(&property, proto, JS_ATOM_Symbol_match);
    if (!key || (key->flags & JS_PROP_TMASK) != JS_PROP_NORMAL || !JS_IsFunction(ctx, property->u.value))
        return false;
    *result = JS_NewArray(ctx);
    if (JS_IsException(*result))
        return true;
    array = JS_VALUE_GET_OBJ(*result);
    if (!bt_search_begin(&s, ctx, re, str))
        goto fail;
    while ((found = bt_search_at(&s, at)) == 1) {
        start = bt_place(&s, 0);
        end = bt_place(&s, 1);
        if (s.str->len == 0)
            goto done; /* what matches nothing leaves nothing of it */
        if (start >= s.str->len)
            break;
        if (end == from) {
            at = string_advance_index(s.str, start, s.unicode);
            continue;
        }
        v = js_sub_string(ctx, s.str, from, start);
        for (i = 1;; i++) {
            if (JS_IsException(v) || add_fast_array_element(ctx, array, v, 0) < 0)
                goto fail;
            if (array->u.array.count == most)
                goto done;
            if (i == s.captures)
                break;
            v = bt_place(&s, 2 * i) < 0 ? JS_UNDEFINED : js_sub_string(ctx, s.str, bt_place(&s, 2 * i), bt_place(&s, 2 * i + 1));
        }
        at = from = end;
    }
    if (found < 0)
        goto fail;
    v = js_sub_string(ctx, s.str, from, s.str->len);
    if (JS_IsException(v) || add_fast_array_element(ctx, array, v, 0) < 0)
        goto fail;
done:
    js_free(ctx, s.capture);
    return true;
fail:
    js_free(ctx, s.capture);
    JS_FreeValue(ctx, *result);
    *result = JS_EXCEPTION;
    return true;
}
