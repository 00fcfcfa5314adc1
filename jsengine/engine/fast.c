//go:build ignore

/* The fast tier of the interpreter, included in quickjs.c before it.
 *
 * It runs what most programs spend their time on: locals, constants, numbers,
 * branches, plain properties, elements of arrays and typed arrays. Each case does
 * its instruction entirely or, before it changed anything, leaves to the engine's
 * own interpreter, which then does it and comes back. So nothing here may throw,
 * allocate, free or call, and what is rare is left to the other.
 *
 * That it calls nothing is half of its speed: the compiled code keeps the stack
 * pointer and the memory's base in registers. The rest is fewer bounds checks,
 * which cost six instructions each: eight bytes of bytecode are read at once (as
 * many zeros follow each function's), and the stack is addressed from three values
 * below its top, since a check is dropped only behind one that reached farther. */


#define F_COUNTED(v) ((uint32_t)((v) >> 32) >= (uint32_t)JS_TAG_FIRST)
#define F_IS(v, tag) ((uint32_t)((v) >> 32) == (uint32_t)(tag))
#define F_BOTH_INT(a, b) ((((a) | (b)) >> 32) == 0)
#define F_IS_DOUBLE(v) JS_TAG_IS_FLOAT64((uint32_t)((v) >> 32))
#define F_COUNT(v) (((int *)(uintptr_t)(uint32_t)(v))[-1])

static inline __attribute__((always_inline)) void f_ref(JSValue v)
{
    if (F_COUNTED(v)) {
        int n = F_COUNT(v);
        if (n >= 0)
            F_COUNT(v) = n + 1;
    }
}

/* Gives a reference back, unless it is the last one. */
static inline __attribute__((always_inline)) bool f_unref(JSValue v)
{
    if (F_COUNTED(v)) {
        int n = F_COUNT(v);
        if (n > 1)
            F_COUNT(v) = n - 1;
        else if (n >= 0)
            return false;
    }
    return true;
}

/* The place of a property among those of a shape, or 0; *flags are its flags. */
static inline __attribute__((always_inline)) uint32_t f_find(JSShape *sh, JSAtom atom, uint32_t *flags)
{
    uint32_t mask = sh->prop_hash_mask;
    uint32_t *table = sh->hash_table;
    uint32_t h = table[mask - (hash32(atom) >> (1 + clz32(mask + 1)))];
    uint8_t *props = (uint8_t *)(table + mask + 1) - 8;
    while (h) {
        uint64_t e = bt_load64(props + h * 8);
        if ((JSAtom)(e >> 32) == atom) {
            *flags = (uint32_t)e >> 26;
            return h;
        }
        h = (uint32_t)e & ((1 << 26) - 1);
    }
    return 0;
}

/* The order of two short strings of Latin-1, or F_NO_ORDER. */
#define F_NO_ORDER 2
static inline __attribute__((always_inline)) int32_t f_order(JSString *p, JSString *q)
{
    uint32_t n = p->len < q->len ? p->len : q->len, i;
    if (p->is_wide_char || q->is_wide_char || p->kind != JS_STRING_KIND_NORMAL || q->kind != JS_STRING_KIND_NORMAL || n > 32)
        return F_NO_ORDER;
    for (i = 0; i < n; i++) {
        uint8_t a = ((uint8_t *)(p + 1))[i], b = ((uint8_t *)(q + 1))[i];
        if (a != b)
            return a < b ? -1 : 1;
    }
    return (p->len > q->len) - (p->len < q->len);
}

/* The character of Latin-1 at a place of a string, or -1. */
static inline __attribute__((always_inline)) int32_t f_char(JSValue v, JSValue at)
{
    JSString *p;
    if (F_IS(v, JS_TAG_STRING_ROPE)) {
        /* a rope that was joined */
        JSStringRope *r = JS_VALUE_GET_STRING_ROPE(v);
        if (!F_IS(r->right, JS_TAG_STRING) || JS_VALUE_GET_STRING(r->right)->len != 0)
            return -1;
        v = r->left;
    }
    if (!F_IS(v, JS_TAG_STRING) || (at >> 32) != 0)
        return -1;
    p = JS_VALUE_GET_STRING(v);
    if ((uint32_t)at >= p->len || p->is_wide_char || p->kind != JS_STRING_KIND_NORMAL)
        return -1;
    return ((uint8_t *)(p + 1))[(uint32_t)at];
}

#define F_FAIL goto out
/* Gives two references back, or leaves. */
#define F_DROP2(a, b) \
        if (!f_unref(a)) F_FAIL; \
        if (!f_unref(b)) { f_ref(a); F_FAIL; }
#define F_NEXT(n) { pc += (n); continue; }
#define F_U8 ((uint8_t)(w >> 8))
#define F_U16 ((uint16_t)(w >> 8))
#define F_U32 ((uint32_t)(w >> 8))
#define F_PUSH(v, n) { s[3] = (v); s++; F_NEXT(n) }
#define F_GET(place, n) { JSValue v = (place); f_ref(v); F_PUSH(v, n) }
/* An integer that the next instruction may take at once. */
#define F_INT(k, n) { of = js_int32(k); w >>= 8 * (n); pc += (n); goto integer; }
#define F_PUT(place, n) { JSValue *q = &(place); JSValue v = s[2]; if (!f_unref(*q)) F_FAIL; *q = v; s--; F_NEXT(n) }
#define F_SET(place, n) { JSValue *q = &(place); JSValue v = s[2]; if (!f_unref(*q)) F_FAIL; f_ref(v); *q = v; F_NEXT(n) }
#define F_JUMP(pop, n, d) { \
        int32_t to = (d); \
        if (to < 0 && ctx->interrupt_counter <= 1) F_FAIL; \
        s -= (pop); pc += (n) + to; continue; }
/* A boolean that the next instruction may want to branch on. */
#define F_BOOL(cond) { \
        bool yes = (cond); \
        int32_t to = (int8_t)(w >> 16); \
        if ((uint8_t)(w >> 8) == OP_if_false8 && (to >= 0 || ctx->interrupt_counter > 1)) { \
            s -= 2; pc += yes ? 3 : 2 + to; continue; \
        } \
        s[1] = js_bool(yes); s--; F_NEXT(1) }
/* The same behind much else: to read the code again is cheaper than to keep it. */
#define F_BOOL_LATE(cond) { bool late = (cond); w = *(const volatile uint64_t *)pc; F_BOOL(late) }
#define F_COMPARE(op) { \
        JSValue b = s[2], a = s[1]; \
        if (F_BOTH_INT(a, b)) F_BOOL((int32_t)a op (int32_t)b) \
        double x = 0, y = 0; \
        if (F_IS(a, JS_TAG_STRING) && F_IS(b, JS_TAG_STRING)) { \
            of = f_order(JS_VALUE_GET_STRING(a), JS_VALUE_GET_STRING(b)); \
            if (of == F_NO_ORDER) F_FAIL; \
            F_DROP2(a, b) \
            F_BOOL_LATE((int32_t)of op 0) \
        } \
        if (!js_arith_to_float64(a, &x) || !js_arith_to_float64(b, &y)) F_FAIL; \
        F_BOOL_LATE(x op y) }
#define F_LOGIC(expr) { \
        JSValue b = s[2], a = s[1]; \
        if (!F_BOTH_INT(a, b)) F_FAIL; \
        s[1] = (expr); s--; F_NEXT(1) }

#define F_GET_CHECKED(place, n) { JSValue v = (place); if (F_IS(v, JS_TAG_UNINITIALIZED)) F_FAIL; f_ref(v); F_PUSH(v, n) }
#define F_PUT_CHECKED(place, n) { \
        JSValue *q = &(place), old = *q, v = s[2]; \
        if (F_IS(old, JS_TAG_UNINITIALIZED) || !f_unref(old)) F_FAIL; \
        *q = v; s--; F_NEXT(n) }
/* 0 or 1 for what is true or false whatever it holds; with what must hold to give up an object. */
#define F_TRUTH(v, may) \
        if ((uint32_t)((v) >> 32) > JS_TAG_UNDEFINED) { \
            if (!F_IS(v, JS_TAG_OBJECT) || JS_VALUE_GET_OBJ(v)->is_HTMLDDA || !(may) || !f_unref(v)) F_FAIL; \
            v = 1; \
        }
#define F_BRANCH(when, n, d) { \
        JSValue v = s[2]; \
        F_TRUTH(v, ctx->interrupt_counter > 1) \
        if (((uint32_t)v != 0) == (when)) F_JUMP(1, 1, d) \
        s--; F_NEXT(n) }
/* The sum or difference of place and the top, put in place. */
#define F_SUM(place, op, n) { \
        JSValue *q = &(place), b = s[2], a = *q; \
        double x = 0, y = 0; \
        if (F_BOTH_INT(a, b)) { \
            int64_t r = (int64_t)(int32_t)a op (int32_t)b; \
            *q = (int32_t)r == r ? js_int32(r) : __JS_NewFloat64(r); \
            s--; F_NEXT(n) \
        } \
        if (!js_arith_to_float64(a, &x) || !js_arith_to_float64(b, &y)) F_FAIL; \
        *q = js_float64(x op y); s--; F_NEXT(n) }
/* A comparison of the integer on top with of, and a branch on it, if that is next. */
#define F_TEST_INT(op) { \
        bool yes = (int32_t)s[2] op (int32_t)of; \
        int32_t to = (int8_t)(w >> 16); \
        if ((uint8_t)(w >> 8) == OP_if_false8 && (to >= 0 || ctx->interrupt_counter > 1)) { \
            s--; pc += yes ? 3 : 2 + to; continue; \
        } \
        s[2] = js_bool(yes); F_NEXT(1) }
/* The jump back that ends most loops, behind an instruction of two bytes. */
#define F_AGAIN { \
        int32_t to = (int8_t)(w >> 24); \
        if ((uint8_t)(w >> 16) == OP_goto8 && (to >= 0 || ctx->interrupt_counter > 1)) F_NEXT(3 + to) \
        F_NEXT(2) }
/* Leaves unless v is an integer that is not the limit. */
#define F_COUNTER(v, limit) { if (((v) >> 32) != 0 || (int32_t)(v) == (limit)) F_FAIL; }
#define F_TEST(cond) { \
        JSValue v = s[2]; \
        bool r = (cond); \
        if (!f_unref(v)) F_FAIL; \
        s[2] = js_bool(r); F_NEXT(1) }

/* Moved here from its place behind the interpreter. */
typedef struct JSArrayIteratorData {
    JSValue obj;
    JSIteratorKindEnum kind;
    uint32_t idx;
} JSArrayIteratorData;

static JSValue js_array_iterator_next(JSContext *ctx, JSValueConst this_val,
                                      int argc, JSValueConst *argv,
                                      int *pdone, int magic);

static JSValue js_array_pop(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv, int shift);
static JSValue js_string_charCodeAt(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv);
static JSValue js_string_fromCharCode(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv);

/* What a frame has besides its locals and its stack, as globals of the module: to read
 * one takes no bounds check, and it keeps no register meanwhile. */
static volatile __attribute__((address_space(1))) uint32_t f_args, f_refs, f_ctx, f_sf;

/* Is never called: its machine code puts that of bt_fast, which comes next, 32 bytes behind a multiple
 * of 64 (amd64), where the metered tier is fastest. What it has in it is worth 112 bytes, or 48, of them. */
__attribute__((used, noinline)) void bt_align_fast(void)
{
    f_args = f_refs + f_ctx + f_sf;
    f_sf = f_args + f_ctx;
    f_refs = f_sf + f_args;
    f_ctx = 1;
}

static __attribute__((noinline)) uint64_t bt_fast(const uint8_t *pc, JSValue *s, JSValue *var_buf, JSValue *arg_buf,
                        JSVarRef **var_refs, JSContext *ctx, JSStackFrame *sf)
{
    f_args = (uint32_t)(uintptr_t)arg_buf;
    f_refs = (uint32_t)(uintptr_t)var_refs;
    f_ctx = (uint32_t)(uintptr_t)ctx;
    f_sf = (uint32_t)(uintptr_t)sf;
#define arg_buf ((JSValue *)(uintptr_t)f_args)
#define var_refs ((JSVarRef **)(uintptr_t)f_refs)
#define ctx ((JSContext *)(uintptr_t)f_ctx)
#define sf ((JSStackFrame *)(uintptr_t)f_sf)
    s -= 3;
    for (;;) {
        JSValue of = 0; /* what the next instruction takes */
        uint64_t w = bt_load64(pc);
        switch ((uint8_t)w) {
        case OP_push_i32: F_INT(F_U32, 5)
        case OP_push_minus1: F_INT(-1, 1)
        case OP_push_0: F_INT(0, 1)
        case OP_push_1: F_INT(1, 1)
        case OP_push_2: F_INT(2, 1)
        case OP_push_3: F_INT(3, 1)
        case OP_push_4: F_INT(4, 1)
        case OP_push_5: F_INT(5, 1)
        case OP_push_6: F_INT(6, 1)
        case OP_push_7: F_INT(7, 1)
        case OP_push_i8: F_INT((int8_t)(w >> 8), 2)
        case OP_push_i16: F_INT((int16_t)(w >> 8), 3)
        case OP_push_const8: F_GET(JS_VALUE_GET_OBJ(sf->cur_func)->u.func.function_bytecode->cpool[F_U8], 2)
        case OP_push_atom_value:
            {
                JSAtom atom = F_U32;
                JSAtomStruct *p;
                JSValue v;
                if (__JS_AtomIsTaggedInt(atom))
                    F_FAIL;
                p = ctx->rt->atom_array[atom];
                if (p->atom_type != JS_ATOM_TYPE_STRING)
                    F_FAIL;
                v = JS_MKPTR(JS_TAG_STRING, p);
                f_ref(v);
                F_PUSH(v, 5)
            }
        case OP_push_this:
            {
                JSValue v = sf->bt_this;
                if (!F_IS(v, JS_TAG_OBJECT) && !sf->is_strict_mode)
                    F_FAIL;
                f_ref(v);
                F_PUSH(v, 1)
            }
        case OP_undefined: F_PUSH(JS_UNDEFINED, 1)
        case OP_null: F_PUSH(JS_NULL, 1)
        case OP_push_false: F_PUSH(JS_FALSE, 1)
        case OP_push_true: F_PUSH(JS_TRUE, 1)

        case OP_drop:
            if (!f_unref(s[2]))
                F_FAIL;
            s--;
            F_NEXT(1)
        case OP_nip:
            {
                JSValue v = s[2];
                if (!f_unref(s[1]))
                    F_FAIL;
                s[1] = v;
                s--;
                F_NEXT(1)
            }
        case OP_dup: F_GET(s[2], 1)
        case OP_dup1:
            {
                JSValue b = s[2], a = s[1];
                s[3] = b;
                f_ref(a);
                s[2] = a;
                s++;
                F_NEXT(1)
            }
        case OP_dup2:
            {
                JSValue b = s[2], a = s[1];
                s[4] = b;
                s[3] = a;
                f_ref(a);
                f_ref(b);
                s += 2;
                F_NEXT(1)
            }
        case OP_insert2:
            {
                JSValue b = s[2], a = s[1];
                s[3] = b;
                s[2] = a;
                f_ref(b);
                s[1] = b;
                s++;
                F_NEXT(1)
            }
        case OP_insert3:
            {
                JSValue c = s[2], b = s[1], a = s[0];
                s[3] = c;
                s[2] = b;
                s[1] = a;
                f_ref(c);
                s[0] = c;
                s++;
                F_NEXT(1)
            }
        case OP_perm3:
            {
                JSValue b = s[1];
                s[1] = s[0];
                s[0] = b;
                F_NEXT(1)
            }
        case OP_perm4:
            {
                JSValue a = s[1], prop = s[0], obj = s[-1];
                s[1] = prop;
                s[0] = obj;
                s[-1] = a;
                F_NEXT(1)
            }
        case OP_to_propkey2:
            if (F_IS(s[1], JS_TAG_UNDEFINED) || F_IS(s[1], JS_TAG_NULL))
                F_FAIL;
            /* fall through */
        case OP_to_propkey:
            if ((s[2] >> 32) != 0 && !F_IS(s[2], JS_TAG_STRING) && !F_IS(s[2], JS_TAG_SYMBOL))
                F_FAIL;
            F_NEXT(1)
        case OP_rot3l:
            {
                JSValue c = s[2], b = s[1], a = s[0];
                s[2] = a;
                s[1] = c;
                s[0] = b;
                F_NEXT(1)
            }
        case OP_rot3r:
            {
                JSValue c = s[2], b = s[1], a = s[0];
                s[2] = b;
                s[1] = a;
                s[0] = c;
                F_NEXT(1)
            }
        case OP_swap:
            {
                JSValue b = s[2];
                s[2] = s[1];
                s[1] = b;
                F_NEXT(1)
            }

        case OP_get_loc: F_GET(var_buf[F_U16], 3)
        case OP_put_loc: F_PUT(var_buf[F_U16], 3)
        case OP_set_loc: F_SET(var_buf[F_U16], 3)
        case OP_get_arg: F_GET(arg_buf[F_U16], 3)
        case OP_put_arg: F_PUT(arg_buf[F_U16], 3)
        case OP_set_arg: F_SET(arg_buf[F_U16], 3)
        case OP_get_loc8: F_GET(var_buf[F_U8], 2)
        case OP_put_loc8: F_PUT(var_buf[F_U8], 2)
        case OP_set_loc8: F_SET(var_buf[F_U8], 2)
        case OP_get_loc0_loc1:
            {
                JSValue b = var_buf[1], a = var_buf[0];
                f_ref(a);
                f_ref(b);
                s[4] = b;
                s[3] = a;
                s += 2;
                F_NEXT(1)
            }
        case OP_get_loc0: F_GET(var_buf[0], 1)
        case OP_get_loc1: F_GET(var_buf[1], 1)
        case OP_get_loc2: F_GET(var_buf[2], 1)
        case OP_get_loc3: F_GET(var_buf[3], 1)
        case OP_put_loc0: F_PUT(var_buf[0], 1)
        case OP_put_loc1: F_PUT(var_buf[1], 1)
        case OP_put_loc2: F_PUT(var_buf[2], 1)
        case OP_put_loc3: F_PUT(var_buf[3], 1)
        case OP_set_loc0: F_SET(var_buf[0], 1)
        case OP_set_loc1: F_SET(var_buf[1], 1)
        case OP_set_loc2: F_SET(var_buf[2], 1)
        case OP_set_loc3: F_SET(var_buf[3], 1)
        case OP_get_arg0: F_GET(arg_buf[0], 1)
        case OP_get_arg1: F_GET(arg_buf[1], 1)
        case OP_get_arg2: F_GET(arg_buf[2], 1)
        case OP_get_arg3: F_GET(arg_buf[3], 1)
        case OP_put_arg0: F_PUT(arg_buf[0], 1)
        case OP_put_arg1: F_PUT(arg_buf[1], 1)
        case OP_put_arg2: F_PUT(arg_buf[2], 1)
        case OP_put_arg3: F_PUT(arg_buf[3], 1)
        case OP_get_var_ref0: F_GET(*var_refs[0]->pvalue, 1)
        case OP_get_var_ref1: F_GET(*var_refs[1]->pvalue, 1)
        case OP_get_var_ref2: F_GET(*var_refs[2]->pvalue, 1)
        case OP_get_var_ref3: F_GET(*var_refs[3]->pvalue, 1)
        case OP_put_var_ref0: F_PUT(*var_refs[0]->pvalue, 1)
        case OP_put_var_ref1: F_PUT(*var_refs[1]->pvalue, 1)
        case OP_put_var_ref2: F_PUT(*var_refs[2]->pvalue, 1)
        case OP_put_var_ref3: F_PUT(*var_refs[3]->pvalue, 1)
        case OP_set_var_ref0: F_SET(*var_refs[0]->pvalue, 1)
        case OP_set_var_ref1: F_SET(*var_refs[1]->pvalue, 1)
        case OP_get_var_ref: F_GET(*var_refs[F_U16]->pvalue, 3)
        case OP_put_var_ref: F_PUT(*var_refs[F_U16]->pvalue, 3)
        case OP_set_var_ref: F_SET(*var_refs[F_U16]->pvalue, 3)
        case OP_get_var_ref_check: F_GET_CHECKED(*var_refs[F_U16]->pvalue, 3)
        case OP_put_var_ref_check: F_PUT_CHECKED(*var_refs[F_U16]->pvalue, 3)
        case OP_set_loc_uninitialized:
            {
                JSValue *q = &var_buf[F_U16];
                if (!f_unref(*q))
                    F_FAIL;
                *q = JS_UNINITIALIZED;
                F_NEXT(3)
            }
        case OP_get_loc_check: F_GET_CHECKED(var_buf[F_U16], 3)
        case OP_put_loc_check: F_PUT_CHECKED(var_buf[F_U16], 3)

        case OP_get_var_undef:
        case OP_get_var:
            {
                uint32_t flags, h;
                JSObject *p = JS_VALUE_GET_OBJ(ctx->global_var_obj);
                JSValue v;
                if (!(h = f_find(p->shape, F_U32, &flags))) {
                    p = JS_VALUE_GET_OBJ(ctx->global_obj);
                    if (!(h = f_find(p->shape, F_U32, &flags)))
                        F_FAIL;
                }
                v = p->prop[h - 1].u.value;
                if (flags & JS_PROP_TMASK || F_IS(v, JS_TAG_UNINITIALIZED))
                    F_FAIL;
                f_ref(v);
                F_PUSH(v, 5)
            }

        case OP_goto: F_JUMP(0, 1, (int32_t)F_U32)
        case OP_goto16: F_JUMP(0, 1, (int16_t)F_U16)
        case OP_goto8: F_JUMP(0, 1, (int8_t)F_U8)
        case OP_if_true: F_BRANCH(true, 5, (int32_t)F_U32)
        case OP_if_false: F_BRANCH(false, 5, (int32_t)F_U32)
        case OP_if_true8: F_BRANCH(true, 2, (int8_t)F_U8)
        case OP_if_false8: F_BRANCH(false, 2, (int8_t)F_U8)
        case OP_lnot:
            {
                JSValue v = s[2];
                F_TRUTH(v, true)
                s[2] = js_bool((uint32_t)v == 0);
                F_NEXT(1)
            }

        case OP_get_length:
            {
                JSValue v = s[2];
                if (F_IS(v, JS_TAG_OBJECT)) {
                    JSObject *p = JS_VALUE_GET_OBJ(v);
                    if (p->class_id != JS_CLASS_ARRAY || !f_unref(v))
                        F_FAIL;
                    s[2] = p->prop[0].u.value;
                } else if (F_IS(v, JS_TAG_STRING)) {
                    uint32_t n = JS_VALUE_GET_STRING(v)->len;
                    if (!f_unref(v))
                        F_FAIL;
                    s[2] = js_int32(n);
                } else if (F_IS(v, JS_TAG_STRING_ROPE)) {
                    uint32_t n = JS_VALUE_GET_STRING_ROPE(v)->len;
                    if (!f_unref(v))
                        F_FAIL;
                    s[2] = js_int32(n);
                } else
                    F_FAIL;
                F_NEXT(1)
            }
        case OP_get_field:
            {
                JSValue obj = s[2], v;
                JSObject *p;
                uint32_t flags, h;
                int n;
                if (!F_IS(obj, JS_TAG_OBJECT))
                    F_FAIL;
                n = F_COUNT(obj);
                if (n >= 0 && n <= 1)
                    F_FAIL;
                p = JS_VALUE_GET_OBJ(obj);
                for (;;) {
                    JSShape *sh = p->shape;
                    h = f_find(sh, F_U32, &flags);
                    if (h)
                        break;
                    if (p->is_exotic || !(p = sh->proto))
                        F_FAIL;
                }
                if (flags & JS_PROP_TMASK)
                    F_FAIL;
                v = p->prop[h - 1].u.value;
                f_ref(v);
                n = F_COUNT(obj);
                if (n >= 0)
                    F_COUNT(obj) = n - 1;
                s[2] = v;
                F_NEXT(5)
            }
        case OP_get_field2:
            {
                JSValue obj = s[2], v;
                JSObject *p;
                uint32_t flags, h;
                if (F_IS(obj, JS_TAG_OBJECT))
                    p = JS_VALUE_GET_OBJ(obj);
                else if (F_IS(obj, JS_TAG_STRING) || F_IS(obj, JS_TAG_STRING_ROPE))
                    p = JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_STRING]);
                else
                    F_FAIL;
                for (;;) {
                    JSShape *sh = p->shape;
                    h = f_find(sh, F_U32, &flags);
                    if (h)
                        break;
                    if (p->is_exotic && (p->class_id != JS_CLASS_ARRAY || __JS_AtomIsTaggedInt(F_U32)))
                        F_FAIL;
                    if (!(p = sh->proto))
                        F_FAIL;
                }
                if (flags & JS_PROP_TMASK)
                    F_FAIL;
                v = p->prop[h - 1].u.value;
                f_ref(v);
                F_PUSH(v, 5)
            }
        case OP_put_field:
            {
                JSValue v = s[2], obj = s[1], old;
                JSObject *p;
                uint32_t flags, h;
                JSValue *q;
                if (!F_IS(obj, JS_TAG_OBJECT))
                    F_FAIL;
                p = JS_VALUE_GET_OBJ(obj);
                h = f_find(p->shape, F_U32, &flags);
                if (!h || (flags & (JS_PROP_TMASK | JS_PROP_WRITABLE | JS_PROP_LENGTH)) != JS_PROP_WRITABLE)
                    F_FAIL;
                q = &p->prop[h - 1].u.value;
                old = *q;
                if (!f_unref(obj))
                    F_FAIL;
                if (!f_unref(old)) {
                    f_ref(obj);
                    F_FAIL;
                }
                *q = v;
                s -= 2;
                F_NEXT(5)
            }

        case OP_get_array_el:
        case OP_get_array_el2:
            {
                JSValue k = s[2], obj = s[1], v;
                JSObject *p;
                uint32_t count, at = (uint32_t)k;
                if (!F_IS(obj, JS_TAG_OBJECT) || (k >> 32) != 0) {
                    int32_t c = f_char(obj, k);
                    if (c < 0 || (uint8_t)w == OP_get_array_el2 || !f_unref(obj))
                        F_FAIL;
                    v = JS_MKPTR(JS_TAG_STRING, bt_chars[c]);
                    f_ref(v);
                    s[1] = v;
                    s--;
                    F_NEXT(1)
                }
                p = JS_VALUE_GET_OBJ(obj);
                count = p->u.array.count;
                switch (p->class_id) {
                case JS_CLASS_ARRAY:
                    if (at >= count)
                        F_FAIL;
                    v = p->u.array.u.values[at];
                    break;
                case JS_CLASS_UINT8C_ARRAY:
                case JS_CLASS_UINT8_ARRAY:
                    if (at >= count)
                        F_FAIL;
                    v = js_int32(p->u.array.u.uint8_ptr[at]);
                    break;
                case JS_CLASS_INT32_ARRAY:
                    if (at >= count)
                        F_FAIL;
                    v = js_int32(p->u.array.u.int32_ptr[at]);
                    break;
                case JS_CLASS_FLOAT64_ARRAY:
                    if (at >= count)
                        F_FAIL;
                    v = js_float64(p->u.array.u.double_ptr[at]);
                    break;
                default:
                    F_FAIL;
                }
                f_ref(v);
                if ((uint8_t)w == OP_get_array_el2) {
                    s[2] = v;
                    F_NEXT(1)
                }
                if (!f_unref(obj)) {
                    f_unref(v);
                    F_FAIL;
                }
                s[1] = v;
                s--;
                F_NEXT(1)
            }
        case OP_put_array_el:
            {
                JSValue v = s[2], k = s[1], obj = s[0];
                JSObject *p;
                uint32_t count, at = (uint32_t)k;
                if (!F_IS(obj, JS_TAG_OBJECT) || (k >> 32) != 0)
                    F_FAIL;
                p = JS_VALUE_GET_OBJ(obj);
                count = p->u.array.count;
                if (p->class_id == JS_CLASS_ARRAY) {
                    JSValue *q;
                    if (at >= count)
                        F_FAIL;
                    q = &p->u.array.u.values[at];
                    if (!f_unref(obj))
                        F_FAIL;
                    if (!f_unref(*q)) {
                        f_ref(obj);
                        F_FAIL;
                    }
                    *q = v;
                    s -= 3;
                    F_NEXT(1)
                }
                if (p->class_id < JS_CLASS_UINT8C_ARRAY || p->class_id > JS_CLASS_FLOAT64_ARRAY || at >= count ||
                    JS_VALUE_GET_OBJ(JS_MKPTR(JS_TAG_OBJECT, p->u.typed_array->buffer))->u.array_buffer->immutable)
                    F_FAIL;
                switch (p->class_id) {
                case JS_CLASS_INT8_ARRAY:
                case JS_CLASS_UINT8_ARRAY:
                    if ((v >> 32) != 0 || !f_unref(obj))
                        F_FAIL;
                    p->u.array.u.uint8_ptr[at] = v;
                    break;
                case JS_CLASS_INT32_ARRAY:
                case JS_CLASS_UINT32_ARRAY:
                    if ((v >> 32) != 0 || !f_unref(obj))
                        F_FAIL;
                    p->u.array.u.uint32_ptr[at] = v;
                    break;
                case JS_CLASS_FLOAT64_ARRAY:
                    {
                        double d = 0;
                        if (!js_arith_to_float64(v, &d) || !f_unref(obj))
                            F_FAIL;
                        p->u.array.u.double_ptr[at] = d;
                        break;
                    }
                default:
                    F_FAIL;
                }
                s -= 3;
                F_NEXT(1)
            }

        case OP_call_method:
            {
                /* What the language has for texts and arrays, if it is that. */
                uint32_t n = F_U16;
                JSValue arg = s[2], f, on;
                JSObject *p, *a;
                JSCFunctionType is;
                int32_t c;
                if (n > 1)
                    F_FAIL;
                f = n ? s[1] : s[2];
                on = n ? s[0] : s[1];
                if (!F_IS(f, JS_TAG_OBJECT))
                    F_FAIL;
                p = JS_VALUE_GET_OBJ(f);
                if (p->class_id != JS_CLASS_C_FUNCTION || ctx->interrupt_counter <= 1)
                    F_FAIL;
                is = p->u.cfunc.c_function;
                if (n == 1 && is.generic == js_string_charCodeAt) {
                    c = f_char(on, arg);
                    if (c < 0)
                        F_FAIL;
                    F_DROP2(f, on)
                    of = js_int32(c);
                } else if (n == 1 && is.generic == js_string_fromCharCode) {
                    if (arg >> 8 != 0)
                        F_FAIL;
                    F_DROP2(f, on)
                    of = JS_MKPTR(JS_TAG_STRING, bt_chars[arg]);
                    f_ref(of);
                } else if (is.generic_magic == (n ? js_array_push : js_array_pop) && p->u.cfunc.magic == 0 && F_IS(on, JS_TAG_OBJECT)) {
                    JSValue len;
                    uint32_t count;
                    a = JS_VALUE_GET_OBJ(on);
                    if (a->class_id != JS_CLASS_ARRAY || !a->fast_array)
                        F_FAIL;
                    len = a->prop[0].u.value;
                    count = a->u.array.count;
                    if (len != js_int32(count) || !(get_shape_prop(a->shape)->flags & JS_PROP_WRITABLE))
                        F_FAIL;
                    if (n) {
                        if (count >= a->u.array.u1.size || !a->extensible || !ctx->std_array_prototype ||
                            a->shape->proto != JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_ARRAY]))
                            F_FAIL;
                        F_DROP2(f, on)
                        a->u.array.u.values[count] = arg;
                        count++;
                        of = js_int32(count);
                    } else {
                        if (count == 0)
                            F_FAIL;
                        F_DROP2(f, on)
                        count--;
                        of = a->u.array.u.values[count];
                    }
                    a->u.array.count = count;
                    a->prop[0].u.value = js_int32(count);
                } else
                    F_FAIL;
                s -= n;
                s[1] = of;
                s--;
                F_NEXT(3)
            }

        case OP_add: F_SUM(s[1], +, 1)
        case OP_sub: F_SUM(s[1], -, 1)
        case OP_mul:
            {
                JSValue b = s[2], a = s[1];
                double x = 0, y = 0;
                if (F_BOTH_INT(a, b)) {
                    int64_t r = (int64_t)(int32_t)a * (int32_t)b;
                    if ((int32_t)r == r && !(r == 0 && (int32_t)(a | b) < 0)) {
                        s[1] = js_int32(r);
                        s--;
                        F_NEXT(1)
                    }
                    s[1] = __JS_NewFloat64(r == 0 ? -0.0 : (double)r);
                    s--;
                    F_NEXT(1)
                }
                if (!js_arith_to_float64(a, &x) || !js_arith_to_float64(b, &y))
                    F_FAIL;
                s[1] = js_float64(x * y);
                s--;
                F_NEXT(1)
            }
        case OP_div:
            {
                JSValue b = s[2], a = s[1];
                double x = 0, y = 0;
                if (!js_arith_to_float64(a, &x) || !js_arith_to_float64(b, &y))
                    F_FAIL;
                s[1] = js_number(x / y);
                s--;
                F_NEXT(1)
            }
        case OP_mod:
            {
                JSValue b = s[2], a = s[1];
                double x = 0, y = 0;
                if (F_BOTH_INT(a, b)) {
                    if ((int32_t)a < 0 || (int32_t)b <= 0)
                        F_FAIL;
                    s[1] = js_int32((uint32_t)a % (uint32_t)b);
                    s--;
                    F_NEXT(1)
                }
                /* Integers: what is left of two doubles is one. */
                if (!js_arith_to_float64(a, &x) || !js_arith_to_float64(b, &y) ||
                    !(x >= 1 && x < 9223372036854775808.0 && y >= 1 && y < 9223372036854775808.0) ||
                    (double)(int64_t)x != x || (double)(int64_t)y != y)
                    F_FAIL;
                s[1] = js_float64((double)((int64_t)x % (int64_t)y));
                s--;
                F_NEXT(1)
            }
        case OP_add_loc: F_SUM(var_buf[F_U8], +, 2)
        case OP_neg:
            {
                JSValue v = s[2];
                if ((v >> 32) == 0 && (int32_t)v != 0 && (int32_t)v != INT32_MIN)
                    s[2] = js_int32(-(int32_t)v);
                else if (F_IS_DOUBLE(v))
                    s[2] = js_float64(-JS_VALUE_GET_FLOAT64(v));
                else
                    F_FAIL;
                F_NEXT(1)
            }
        case OP_plus:
            if ((s[2] >> 32) != 0 && !F_IS_DOUBLE(s[2]))
                F_FAIL;
            F_NEXT(1)
        case OP_inc:
            F_COUNTER(s[2], INT32_MAX)
            s[2] = (uint32_t)s[2] + 1;
            F_NEXT(1)
        case OP_dec:
            F_COUNTER(s[2], INT32_MIN)
            s[2] = (uint32_t)s[2] - 1;
            F_NEXT(1)
        case OP_post_inc:
            F_COUNTER(s[2], INT32_MAX)
            F_PUSH((uint32_t)s[2] + 1, 1)
        case OP_post_dec:
            F_COUNTER(s[2], INT32_MIN)
            F_PUSH((uint32_t)s[2] - 1, 1)
        case OP_inc_loc:
            F_COUNTER(var_buf[F_U8], INT32_MAX)
            var_buf[F_U8] = (uint32_t)var_buf[F_U8] + 1;
            F_AGAIN
        case OP_dec_loc:
            F_COUNTER(var_buf[F_U8], INT32_MIN)
            var_buf[F_U8] = (uint32_t)var_buf[F_U8] - 1;
            F_AGAIN
        case OP_not:
            if ((s[2] >> 32) != 0)
                F_FAIL;
            s[2] = (uint32_t)~s[2];
            F_NEXT(1)
        case OP_shl: F_LOGIC(js_int32((uint32_t)a << (b & 31)))
        case OP_shr: F_LOGIC(js_uint32((uint32_t)a >> (b & 31)))
        case OP_sar: F_LOGIC(js_int32((int32_t)a >> (b & 31)))
        case OP_and: F_LOGIC(a & b)
        case OP_or: F_LOGIC(a | b)
        case OP_xor: F_LOGIC(a ^ b)
        case OP_lt: F_COMPARE(<)
        case OP_lte: F_COMPARE(<=)
        case OP_gt: F_COMPARE(>)
        case OP_gte: F_COMPARE(>=)
        case OP_eq:
        case OP_neq:
        case OP_strict_eq:
        case OP_strict_neq:
            {
                JSValue b = s[2], a = s[1];
                bool r;
                if (F_BOTH_INT(a, b))
                    r = (uint32_t)a == (uint32_t)b;
                else {
                    uint32_t t = a >> 32, u = b >> 32;
                    if (t == u) {
                        if (t - (uint32_t)JS_TAG_BOOL <= JS_TAG_UNDEFINED - JS_TAG_BOOL || t == (uint32_t)JS_TAG_OBJECT)
                            r = a == b;
                        else if (t == (uint32_t)JS_TAG_STRING) {
                            r = a == b;
                            if (!r) {
                                JSString *p = JS_VALUE_GET_STRING(a), *q = JS_VALUE_GET_STRING(b);
                                if (p->len == q->len && !(p->atom_type == JS_ATOM_TYPE_STRING && q->atom_type == JS_ATOM_TYPE_STRING)) {
                                    uint32_t i;
                                    if (p->is_wide_char || q->is_wide_char || p->kind != JS_STRING_KIND_NORMAL ||
                                        q->kind != JS_STRING_KIND_NORMAL || p->len > 32)
                                        F_FAIL;
                                    r = true;
                                    for (i = 0; i < p->len; i++)
                                        if (((uint8_t *)(p + 1))[i] != ((uint8_t *)(q + 1))[i]) {
                                            r = false;
                                            break;
                                        }
                                }
                            }
                        } else
                            F_FAIL;
                    } else {
                        /* Of different types: not strictly equal; null and undefined are loosely equal. */
                        uint8_t is = *(const volatile uint8_t *)pc;
                        if (is == OP_eq || is == OP_neq) {
                            if (t - (uint32_t)JS_TAG_NULL > 1 || u - (uint32_t)JS_TAG_NULL > 1)
                                F_FAIL;
                            r = true;
                        } else {
                            if (!(t - (uint32_t)JS_TAG_NULL <= 1 || u - (uint32_t)JS_TAG_NULL <= 1))
                                F_FAIL;
                            r = false;
                        }
                    }
                    F_DROP2(a, b)
                }
                {
                    uint8_t is = *(const volatile uint8_t *)pc;
                    r ^= is == OP_neq || is == OP_strict_neq;
                }
                F_BOOL_LATE(r)
            }
        case OP_for_of_next:
            {
                /* The next of an array, by the array's own iterator. */
                JSValue *at = s - F_U8, it = at[0], next = at[1], v;
                JSObject *p, *q, *a;
                JSArrayIteratorData *d;
                uint32_t i;
                if (!F_IS(it, JS_TAG_OBJECT) || !F_IS(next, JS_TAG_OBJECT))
                    F_FAIL;
                p = JS_VALUE_GET_OBJ(it);
                q = JS_VALUE_GET_OBJ(next);
                if (p->class_id != JS_CLASS_ARRAY_ITERATOR || q->class_id != JS_CLASS_C_FUNCTION ||
                    q->u.cfunc.c_function.iterator_next != js_array_iterator_next)
                    F_FAIL;
                d = p->u.array_iterator_data;
                if (!F_IS(d->obj, JS_TAG_OBJECT) || d->kind != JS_ITERATOR_KIND_VALUE)
                    F_FAIL;
                a = JS_VALUE_GET_OBJ(d->obj);
                i = d->idx;
                if (a->class_id != JS_CLASS_ARRAY || i >= a->u.array.count)
                    F_FAIL;
                v = a->prop[0].u.value; /* its length */
                if ((v >> 32) != 0 || i >= (uint32_t)v)
                    F_FAIL;
                v = a->u.array.u.values[i];
                d->idx = i + 1;
                f_ref(v);
                s[4] = JS_FALSE;
                s[3] = v;
                s += 2;
                F_NEXT(2)
            }
        case OP_is_undefined_or_null: F_TEST(F_IS(v, JS_TAG_UNDEFINED) || F_IS(v, JS_TAG_NULL))
        case OP_is_undefined: F_TEST(F_IS(v, JS_TAG_UNDEFINED))
        case OP_is_null: F_TEST(F_IS(v, JS_TAG_NULL))
        integer:
            if ((s[2] >> 32) == 0) {
                int32_t a = s[2], b = of;
                int64_t r;
                switch ((uint8_t)w) {
                case OP_add:
                    r = (int64_t)a + b;
                    goto result;
                case OP_sub:
                    r = (int64_t)a - b;
                    goto result;
                case OP_mul:
                    r = (int64_t)a * b;
                    if (r == 0 && (a | b) < 0)
                        break;
                result:
                    s[2] = (int32_t)r == r ? js_int32(r) : __JS_NewFloat64(r);
                    F_NEXT(1)
                case OP_mod:
                    if (a < 0 || b <= 0)
                        break;
                    s[2] = js_int32((uint32_t)a % (uint32_t)b);
                    F_NEXT(1)
                case OP_and: s[2] = js_int32(a & b); F_NEXT(1)
                case OP_or: s[2] = js_int32(a | b); F_NEXT(1)
                case OP_xor: s[2] = js_int32(a ^ b); F_NEXT(1)
                case OP_shl: s[2] = js_int32((uint32_t)a << (b & 31)); F_NEXT(1)
                case OP_sar: s[2] = js_int32(a >> (b & 31)); F_NEXT(1)
                case OP_shr: s[2] = js_uint32((uint32_t)a >> (b & 31)); F_NEXT(1)
                case OP_lt: F_TEST_INT(<)
                case OP_lte: F_TEST_INT(<=)
                case OP_gt: F_TEST_INT(>)
                case OP_gte: F_TEST_INT(>=)
                case OP_eq:
                case OP_strict_eq: F_TEST_INT(==)
                case OP_neq:
                case OP_strict_neq: F_TEST_INT(!=)
                }
            }
            s[3] = of;
            s++;
            continue;
        default:
            goto out;
        }
    }
out:
    return (uint64_t)(uintptr_t)(s + 3) << 32 | (uint32_t)(uintptr_t)pc;
}
#undef arg_buf
#undef var_refs
#undef ctx
#undef sf
