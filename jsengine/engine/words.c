//go:build ignore

/* What V8 says of a call, a construction, an iteration or a destructuring that
 * cannot be: it names the expression, which is read back from the bytecode here
 * when the error is made. Nothing is kept for it, and what works pays nothing.
 * Included by shim.c after quickjs.c. */

#define W_CODE_MAX (256 << 10) /* of a longer function the value is shown */
#define W_STEPS 20000
#define W_TEXT_MAX 1000

typedef struct {
    JSContext *ctx;
    JSFunctionBytecode *b;
    const uint8_t *code;
    uint16_t *level;  /* stack before the instruction at a position; 0xffff: never reached */
    uint8_t *jumps;   /* branches to a position, 2 for more */
    int *at;          /* where the instructions start */
    int count;
    int steps;
    bool iterated;    /* V8 leaves out (...) when it says that something is not iterable */
    bool called;      /* and says so instead */
    DynBuf text;
} words;

static const char w_unknown[] = "(intermediate value)";

static int w_op(const words *w, int i) { return w->code[w->at[i]]; }
static const uint8_t *w_arg(const words *w, int i) { return w->code + w->at[i] + 1; }

/* Where an instruction may jump to, or -1. */
static int w_target(const words *w, int i)
{
    const uint8_t *p = w_arg(w, i);
    int at = w->at[i] + 1;
    switch (w_op(w, i)) {
    case OP_if_false: case OP_if_true: case OP_goto:
        return at + (int)get_u32(p);
    case OP_if_false8: case OP_if_true8: case OP_goto8:
        return at + (int8_t)*p;
    case OP_goto16:
        return at + (int16_t)get_u16(p);
    }
    return -1;
}

static bool w_falls(const words *w, int i)
{
    switch (w_op(w, i)) {
    case OP_goto: case OP_goto8: case OP_goto16: case OP_ret: case OP_return: case OP_return_undef: case OP_return_async:
    case OP_throw: case OP_throw_error: case OP_tail_call: case OP_tail_call_method:
        return false;
    }
    return w->level[w->at[i]] != 0xffff;
}

static void w_close(words *w)
{
    js_free_rt(w->ctx->rt, w->level);
    js_free_rt(w->ctx->rt, w->jumps);
    js_free_rt(w->ctx->rt, w->at);
    dbuf_free(&w->text);
}

/* Opens the running function's code. w_close must follow. */
static bool w_open(words *w, JSContext *c, JSFunctionBytecode *b)
{
    JSFunctionDef fd;
    int pos, stack, i, to, len = b->byte_code_len;
    memset(w, 0, sizeof(*w));
    w->ctx = c;
    w->b = b;
    w->code = b->byte_code_buf;
    js_dbuf_init(c, &w->text);
    if (len > W_CODE_MAX)
        return false;
    w->at = js_malloc_rt(c->rt, sizeof(int) * len);
    w->jumps = js_mallocz_rt(c->rt, len);
    if (!w->at || !w->jumps)
        return false;
    memset(&fd, 0, sizeof(fd));
    fd.byte_code.buf = b->byte_code_buf;
    fd.byte_code.size = len;
    bt_levels = &w->level;
    i = compute_stack_size(c, &fd, &stack);
    bt_levels = NULL;
    if (i) {
        JS_FreeValue(c, JS_GetException(c));
        return false;
    }
    for (pos = 0; pos < len; pos += short_opcode_info(w->code[pos]).size)
        w->at[w->count++] = pos;
    for (i = 0; i < w->count; i++) {
        if ((to = w_target(w, i)) >= 0 && to < len && w->level[w->at[i]] != 0xffff && w->jumps[to] < 2)
            w->jumps[to]++;
    }
    return true;
}

static int w_at(const words *w, int pos)
{
    int lo = 0, hi = w->count;
    while (lo < hi) {
        int mid = (lo + hi) / 2;
        if (w->at[mid] < pos)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < w->count && w->at[lo] == pos ? lo : -1;
}

/* The instruction that ran before instruction i, by the way that is not a loop's. */
static int w_before(words *w, int i)
{
    int j;
    if (i > 0 && w_falls(w, i - 1))
        return i - 1;
    if (!w->jumps[w->at[i]])
        return -1;
    for (j = 0; j < w->count; j++) {
        w->steps++;
        if (w_target(w, j) == w->at[i] && w->level[w->at[j]] != 0xffff)
            return j;
    }
    return -1;
}

static int w_pops(const words *w, int i)
{
    int op = w_op(w, i);
    const JSOpCode *oi = &short_opcode_info(op);
    if (oi->fmt == OP_FMT_npop || oi->fmt == OP_FMT_npop_u16)
        return oi->n_pop + get_u16(w_arg(w, i));
    if (oi->fmt == OP_FMT_npopx)
        return oi->n_pop + op - OP_call0;
    return oi->n_pop;
}

/* Which of what an instruction takes each of what it leaves is; '-' if none. */
static const char *w_moves(int op)
{
    switch (op) {
    case OP_dup: return "00";
    case OP_dup1: return "001";
    case OP_dup2: return "0101";
    case OP_dup3: return "012012";
    case OP_nip: return "1";
    case OP_nip1: return "12";
    case OP_insert2: return "101";
    case OP_insert3: return "2012";
    case OP_insert4: return "30123";
    case OP_perm3: return "102";
    case OP_perm4: return "2013";
    case OP_perm5: return "30124";
    case OP_swap: return "10";
    case OP_swap2: return "2301";
    case OP_rot3l: return "120";
    case OP_rot3r: return "201";
    case OP_rot4l: return "1230";
    case OP_rot5l: return "12340";
    case OP_get_field2: return "0-";
    case OP_get_array_el2: return "0-";
    case OP_check_object: case OP_to_object: case OP_to_propkey: case OP_set_name: return "0";
    case OP_to_propkey2: case OP_check_brand: case OP_set_home_object: case OP_set_name_computed: return "01";
    case OP_for_of_next: case OP_for_in_next: return "012--";
    case OP_copy_data_properties: return "012";
    case OP_append: return "01";
    }
    return NULL;
}

/* What an instruction reads or writes a variable of: 0 local, 1 argument, 2 of an outer function; -1 if it does not. */
static int w_which(const words *w, int i, int *idx)
{
    int op = w_op(w, i);
    const uint8_t *p = w_arg(w, i);
    switch (short_opcode_info(op).fmt) {
    case OP_FMT_loc: *idx = get_u16(p); return 0;
    case OP_FMT_loc8: *idx = *p; return 0;
    case OP_FMT_none_loc:
        if (op == OP_get_loc0_loc1)
            return -1;
        *idx = (op - OP_get_loc0) % 4;
        return 0;
    case OP_FMT_arg: *idx = get_u16(p); return 1;
    case OP_FMT_none_arg: *idx = (op - OP_get_arg0) % 4; return 1;
    case OP_FMT_var_ref: *idx = get_u16(p); return 2;
    case OP_FMT_none_var_ref: *idx = (op - OP_get_var_ref0) % 4; return 2;
    }
    return -1;
}

/* The instruction that made what lies in a place of the stack before instruction
 * i; -1 if it is not known, -2 if it was one of several. With flat it is what the
 * instruction just before left, even if there are other ways to i. */
static int w_maker(words *w, int i, int *place, bool flat)
{
    int j = i, k, slot = *place, base, end = w->at[i] - flat, low;
    const char *moves;
    for (;;) {
        if ((j = w_before(w, j)) < 0 || ++w->steps > W_STEPS)
            return -1;
        if (w->at[j] > end)
            end = w->at[j];
        base = w->level[w->at[j]] - w_pops(w, j);
        if (slot < base)
            continue;
        moves = w_moves(w_op(w, j));
        if (w_op(w, j) == OP_dup && slot == base && j + 1 < w->count && short_opcode_info(w_op(w, j + 1)).n_push == 0
                && short_opcode_info(w_op(w, j + 1)).n_pop == 1 && w_which(w, j + 1, &k) >= 0) {
            j++; /* x = value */
            break;
        }
        if (!moves || moves[slot - base] == '-')
            break;
        slot = base + moves[slot - base] - '0';
    }
    low = w->at[j];
    for (k = 0; w->at[k] < low; k++) {
        int to = w_target(w, k);
        if (to > low && to <= end && w->level[w->at[k]] != 0xffff)
            return -2;
    }
    *place = slot;
    return j;
}

static void w_puts(words *w, const char *s) { dbuf_putstr(&w->text, s); }

static void w_atom(words *w, JSAtom atom)
{
    const char *s = JS_AtomToCString(w->ctx, atom);
    if (s)
        w_puts(w, s);
    else
        JS_FreeValue(w->ctx, JS_GetException(w->ctx));
    JS_FreeCString(w->ctx, s);
}

static void w_name(words *w, JSAtom atom)
{
    const char *s = atom == JS_ATOM_NULL ? NULL : JS_AtomToCString(w->ctx, atom);
    if (s && (lre_js_is_ident_first(*(uint8_t *)s) || *s == '#' || *(uint8_t *)s >= 0x80))
        w_puts(w, s);
    else
        w_puts(w, w_unknown);
    if (s)
        JS_FreeCString(w->ctx, s);
}

static void w_variable(words *w, int kind, int idx)
{
    JSFunctionBytecode *b = w->b;
    JSAtom name = JS_ATOM_NULL;
    if (kind == 0 && idx < b->var_count)
        name = b->vardefs[b->arg_count + idx].var_name;
    else if (kind == 1 && idx < b->arg_count)
        name = b->vardefs[idx].var_name;
    else if (kind == 2 && idx < b->closure_var_count)
        name = b->closure_var[idx].var_name;
    w_name(w, name);
}

static const char *w_binary(int op)
{
    switch (op) {
    case OP_mul: return "*"; case OP_div: return "/"; case OP_mod: return "%"; case OP_add: return "+"; case OP_sub: return "-";
    case OP_shl: return "<<"; case OP_sar: return ">>"; case OP_shr: return ">>>"; case OP_and: return "&"; case OP_xor: return "^";
    case OP_or: return "|"; case OP_pow: return "**"; case OP_lt: return "<"; case OP_lte: return "<="; case OP_gt: return ">";
    case OP_gte: return ">="; case OP_instanceof: return "instanceof"; case OP_in: return "in"; case OP_eq: return "==";
    case OP_neq: return "!="; case OP_strict_eq: return "==="; case OP_strict_neq: return "!==";
    }
    return NULL;
}

static void w_value(words *w, int i, int place, int depth);
static void w_any(words *w, int i, int place, int depth, bool flat);

/* The choice between two values that ends at instruction i: a || b, or a ? b : c. */
static void w_choice(words *w, int i, int place, int depth)
{
    int end = w->at[i], k, from = -1, test;
    const char *op;
    for (k = i; k > 0 && from < 0; k--) { /* a || b: the jump over b lands where both meet, with a still there */
        int to = w_target(w, k - 1);
        if (to > w->at[k - 1] && to <= end && w->level[to] == place + 1 && !w_falls(w, k - 1))
            break;
        if (to > w->at[k - 1] && to <= end && w->level[to] == place + 1)
            from = k - 1;
    }
    op = NULL;
    if (from > 1) {
        test = w_op(w, from - 1);
        if (test == OP_dup)
            op = w_op(w, from) == OP_if_true || w_op(w, from) == OP_if_true8 ? "||" : "&&";
        else if (test == OP_is_undefined_or_null && w_op(w, from - 2) == OP_dup)
            op = "??";
    }
    if (!op) {
        w_puts(w, "(intermediate value)(intermediate value)(intermediate value)");
        return;
    }
    w_puts(w, "(");
    w_value(w, from, place, depth);
    dbuf_printf(&w->text, " %s ", op);
    w_any(w, w_at(w, w_target(w, from)), place, depth, true);
    w_puts(w, ")");
}

/* Writes the callee of the call that instruction j is. */
static int w_callee(const words *w, int j)
{
    int level = w->level[w->at[j]];
    switch (w_op(w, j)) {
    case OP_call: case OP_tail_call: case OP_call_method: case OP_tail_call_method: case OP_eval:
        return level - get_u16(w_arg(w, j)) - 1;
    case OP_call0: case OP_call1: case OP_call2: case OP_call3:
        return level - (w_op(w, j) - OP_call0) - 1;
    case OP_apply:
        return level - 3;
    case OP_call_constructor:
        return level - get_u16(w_arg(w, j)) - 2;
    }
    return -1;
}

static bool w_is_call(int op)
{
    return op == OP_call || op == OP_tail_call || op >= OP_call0 && op <= OP_call3;
}

static void w_call(words *w, int j, int depth)
{
    int place = w_callee(w, j), slot = place, m;
    m = w_maker(w, j, &slot, false);
    /* (0, a.b)() calls b without a */
    if (m >= 0 && w_is_call(w_op(w, j)) && (w_op(w, m) == OP_get_field || w_op(w, m) == OP_get_array_el)) {
        w_puts(w, "(0 , ");
        w_value(w, j, place, depth);
        w_puts(w, ")");
    } else {
        w_value(w, j, place, depth);
    }
}

/* Writes a `.` or `?.` for the object that is read by instruction j. */
static void w_dot(words *w, int j)
{
    bool optional = false;
    if (w->jumps[w->at[j]] && (j == 0 || !w_falls(w, j - 1))) {
        int k = w_before(w, j);
        optional = k > 0 && w_op(w, k - 1) == OP_is_undefined_or_null;
    }
    w_puts(w, optional ? "?." : ".");
}

static void w_constant(words *w, JSValueConst v)
{
    const char *s;
    if (!JS_IsString(v) && !JS_IsNumber(v)) {
        w_puts(w, w_unknown);
        return;
    }
    s = JS_ToCString(w->ctx, v);
    if (!s) {
        JS_FreeValue(w->ctx, JS_GetException(w->ctx));
        return;
    }
    if (JS_IsString(v))
        dbuf_putc(&w->text, '"');
    w_puts(w, s);
    if (JS_IsString(v))
        dbuf_putc(&w->text, '"');
    JS_FreeCString(w->ctx, s);
}

/* Writes the expression of what lies in a place of the stack before instruction i. */
static void w_value(words *w, int i, int place, int depth) { w_any(w, i, place, depth, false); }

static void w_any(words *w, int i, int place, int depth, bool flat)
{
    int j, n, k, kind, idx, level, slot, op;
    const uint8_t *p;
    const char *sign;
    if (depth > 40 || w->text.size > W_TEXT_MAX || i < 0) {
        w_puts(w, w_unknown);
        return;
    }
    slot = place;
    j = w_maker(w, i, &slot, flat);
    if (j == -2) {
        w_choice(w, i, place, depth + 1);
        return;
    }
    if (j < 0) {
        w_puts(w, w_unknown);
        return;
    }
    depth++;
    op = w_op(w, j);
    p = w_arg(w, j);
    level = w->level[w->at[j]];
    if ((kind = w_which(w, j, &idx)) >= 0) {
        w_variable(w, kind, idx);
        return;
    }
    if ((sign = w_binary(op))) {
        w_puts(w, "(");
        w_value(w, j, level - 2, depth);
        dbuf_printf(&w->text, " %s ", sign);
        w_value(w, j, level - 1, depth);
        w_puts(w, ")");
        return;
    }
    switch (op) {
    case OP_get_loc0_loc1:
        w_variable(w, 0, slot - level);
        return;
    case OP_get_var: case OP_get_var_undef:
        w_name(w, get_u32(p));
        return;
    case OP_push_this:
        w_puts(w, "this");
        return;
    case OP_special_object:
        w_puts(w, *p == OP_SPECIAL_OBJECT_ARGUMENTS || *p == OP_SPECIAL_OBJECT_MAPPED_ARGUMENTS ? "arguments" : w_unknown);
        return;
    case OP_get_field: case OP_get_field2: case OP_get_length:
        w_value(w, j, level - 1, depth);
        w_dot(w, j);
        w_atom(w, op == OP_get_length ? JS_ATOM_length : get_u32(p));
        return;
    case OP_get_array_el: case OP_get_array_el2: case OP_get_private_field:
        w_value(w, j, level - 2, depth);
        slot = level - 1;
        k = w_maker(w, j, &slot, false);
        if (k >= 0 && w_op(w, k) == OP_push_atom_value) {
            w_dot(w, k);
            w_atom(w, get_u32(w_arg(w, k)));
            return;
        }
        w_puts(w, "[");
        w_value(w, j, level - 1, depth);
        w_puts(w, "]");
        return;
    case OP_get_super_value:
        w_puts(w, w_unknown);
        slot = level - 1;
        k = w_maker(w, j, &slot, false);
        if (k >= 0 && w_op(w, k) == OP_push_atom_value) {
            w_puts(w, ".");
            w_atom(w, get_u32(w_arg(w, k)));
        }
        return;
    case OP_call: case OP_call0: case OP_call1: case OP_call2: case OP_call3: case OP_call_method: case OP_apply: case OP_eval:
        if (op == OP_apply && get_u16(p) == 1)
            break;
        w_call(w, j, depth);
        if (!w->iterated)
            w_puts(w, "(...)");
        else if (depth == 1)
            w->called = true;
        return;
    case OP_call_constructor:
        if (!w->iterated)
            break;
        w_value(w, j, level - get_u16(p) - 2, depth);
        w->called = depth == 1;
        return;
    case OP_push_i32:
        dbuf_printf(&w->text, "%d", (int)get_u32(p));
        return;
    case OP_push_i16:
        dbuf_printf(&w->text, "%d", (int16_t)get_u16(p));
        return;
    case OP_push_i8:
        dbuf_printf(&w->text, "%d", (int8_t)*p);
        return;
    case OP_push_minus1: case OP_push_0: case OP_push_1: case OP_push_2: case OP_push_3: case OP_push_4: case OP_push_5:
    case OP_push_6: case OP_push_7:
        dbuf_printf(&w->text, "%d", op - OP_push_0);
        return;
    case OP_push_const: case OP_push_const8:
        idx = op == OP_push_const ? get_u32(p) : *p;
        if (idx < w->b->cpool_count)
            w_constant(w, w->b->cpool[idx]);
        return;
    case OP_push_atom_value:
        w_puts(w, "\"");
        w_atom(w, get_u32(p));
        w_puts(w, "\"");
        return;
    case OP_push_empty_string:
        w_puts(w, "\"\"");
        return;
    case OP_undefined: /* marked by bt_mark_void: void 0 */
        w_puts(w, j + 2 < w->count && w_op(w, j + 1) == OP_dup && w_op(w, j + 2) == OP_drop ? "(void 0)" : "undefined");
        return;
    case OP_null:
        w_puts(w, "null");
        return;
    case OP_push_true:
        w_puts(w, "true");
        return;
    case OP_push_false:
        w_puts(w, "false");
        return;
    case OP_object:
        w_puts(w, "{}");
        return;
    case OP_define_field: case OP_define_method:
        for (n = 0, k = j; k >= 0 && (w_op(w, k) == OP_define_field || w_op(w, k) == OP_define_method); n++) {
            slot = w->level[w->at[k]] - 2;
            k = w_maker(w, k, &slot, false);
        }
        w_puts(w, "{");
        while (n-- > 0)
            w_puts(w, w_unknown);
        w_puts(w, "}");
        return;
    case OP_array_from:
        n = get_u16(p);
        w_puts(w, "[");
        for (k = 0; k < n; k++) {
            if (k)
                w_puts(w, ",");
            w_value(w, j, level - n + k, depth);
        }
        w_puts(w, "]");
        return;
    case OP_neg: case OP_plus: case OP_not: case OP_lnot: case OP_typeof: case OP_inc: case OP_dec:
        w_puts(w, op == OP_neg ? "(-" : op == OP_plus ? "(+" : op == OP_not ? "(~" : op == OP_lnot ? "(!" : op == OP_typeof ? "(typeof " : op == OP_inc ? "(++" : "(--");
        w_value(w, j, level - 1, depth);
        w_puts(w, ")");
        return;
    }
    w_puts(w, w_unknown);
}

/* The running function, if it is the program's, and the instruction it is at; w_close must follow if it is true. */
static bool w_running(words *w, JSContext *c, int *i)
{
    JSStackFrame *sf = c->rt->current_stack_frame;
    JSFunctionBytecode *b;
    JSCFunctionType apply = { .generic_magic = js_function_apply };
    /* call and apply themselves are called like what they call */
    while (sf && (JS_IsCFunction(c, sf->cur_func, js_function_call, 0) || JS_IsCFunction(c, sf->cur_func, apply.generic, 0)))
        sf = sf->prev_frame;
    if (!sf || !(b = JS_GetFunctionBytecode(sf->cur_func)) || !sf->cur_pc)
        return false;
    if (w_open(w, c, b)) {
        int at = sf->cur_pc - b->byte_code_buf, k;
        for (k = w_at(w, at) < 0 ? w->count : w_at(w, at); k-- > 0 && w->at[k] >= at;)
            ;
        if (k >= 0 && w->level[w->at[k]] != 0xffff) {
            *i = k;
            return true;
        }
    }
    w_close(w);
    return false;
}

/* ---- values as V8 shows them in messages ---- */

static JSValue w_data(JSContext *c, JSValueConst obj, JSAtom name)
{
    JSObject *p = JS_VALUE_GET_OBJ(obj);
    JSProperty *pr;
    JSShapeProperty *prs;
    int depth;
    for (depth = 0; p && depth < 1000 && p->class_id != JS_CLASS_PROXY; p = p->shape->proto, depth++) {
        prs = find_own_property(&pr, p, name);
        if (!prs)
            continue;
        if (prs->flags & JS_PROP_TMASK)
            return JS_UNDEFINED;
        return js_dup(pr->u.value);
    }
    return JS_UNDEFINED;
}

static void w_text(DynBuf *d, JSContext *c, JSValueConst v)
{
    const char *s = JS_ToCString(c, v);
    if (s)
        dbuf_putstr(d, s);
    else
        JS_FreeValue(c, JS_GetException(c));
    JS_FreeCString(c, s);
}

static void w_name_of(DynBuf *d, JSContext *c, JSValueConst f)
{
    JSValue name = JS_IsObject(f) ? w_data(c, f, JS_ATOM_name) : JS_UNDEFINED;
    if (JS_IsString(name))
        w_text(d, c, name);
    JS_FreeValue(c, name);
}

/* Writes the name of the running function if it is a built-in one; false, and nothing, if not. */
static bool w_running_builtin(DynBuf *d, JSContext *c)
{
    JSStackFrame *sf = c->rt->current_stack_frame;
    if (!sf || JS_GetFunctionBytecode(sf->cur_func))
        return false;
    w_name_of(d, c, sf->cur_func);
    return true;
}

/* Writes the name of an object's constructor; false, and nothing, if there is none. */
static bool w_constructor_of(DynBuf *d, JSContext *c, JSValueConst v)
{
    JSValue ctor = w_data(c, v, JS_ATOM_constructor);
    size_t at = d->size;
    w_name_of(d, c, ctor);
    JS_FreeValue(c, ctor);
    return d->size > at;
}

/* bt_show writes a value as V8 does in a message, running nothing of the program. */
static void bt_show(DynBuf *d, JSContext *c, JSValueConst v)
{
    JSFunctionBytecode *b;
    JSValue t, name;
    JSObject *p;
    size_t at;
    bool shown, error; /* as Object.prototype.toString has it, or Error's */
    if (JS_IsSymbol(v)) {
        t = js_symbol_get_description(c, v);
        dbuf_putstr(d, "Symbol(");
        if (JS_IsString(t))
            w_text(d, c, t);
        dbuf_putstr(d, ")");
        JS_FreeValue(c, t);
        return;
    }
    if (!JS_IsObject(v)) {
        w_text(d, c, v);
        return;
    }
    p = JS_VALUE_GET_OBJ(v);
    t = w_data(c, v, JS_ATOM_toString);
    shown = JS_IsCFunction(c, t, js_object_toString, 0);
    error = p->class_id == JS_CLASS_ERROR || JS_IsCFunction(c, t, js_error_toString, 0);
    JS_FreeValue(c, t);
    if (error) {
        name = w_data(c, v, JS_ATOM_name);
        t = w_data(c, v, JS_ATOM_message);
        if (JS_IsString(name) && JS_IsString(t)) {
            w_text(d, c, name);
            if (JS_VALUE_GET_STRING(t)->len) {
                dbuf_putstr(d, ": ");
                w_text(d, c, t);
            }
        } else {
            dbuf_putstr(d, "Error");
        }
        JS_FreeValue(c, name);
        JS_FreeValue(c, t);
        return;
    }
    if (JS_IsFunction(c, v)) {
        b = JS_GetFunctionBytecode(v);
        name = w_data(c, v, JS_ATOM_name);
        if (b && b->source)
            dbuf_put(d, b->source, b->source_len);
        else {
            dbuf_putstr(d, "function ");
            if (JS_IsString(name))
                w_text(d, c, name);
            dbuf_putstr(d, "() { [native code] }");
        }
        JS_FreeValue(c, name);
        return;
    }
    at = d->size;
    dbuf_putstr(d, "#<");
    if (shown && w_constructor_of(d, c, v)) {
        dbuf_putstr(d, ">");
        return;
    }
    d->size = at;
    if (is_typed_array(p->class_id)) {
        t = JS_AtomToString(c, c->rt->class_array[p->class_id].class_name);
        dbuf_putstr(d, "[object ");
        w_text(d, c, t);
        dbuf_putstr(d, "]");
        JS_FreeValue(c, t);
    } else {
        dbuf_putstr(d, p->class_id == JS_CLASS_ARRAY ? "[object Array]" : p->class_id == JS_CLASS_REGEXP ? "[object RegExp]" : p->class_id == JS_CLASS_DATE ? "[object Date]" : "[object Object]");
    }
}

static const char *w_type(JSContext *c, JSValueConst v)
{
    if (JS_IsUndefined(v))
        return "undefined";
    if (JS_IsBool(v))
        return "boolean";
    if (JS_IsNumber(v))
        return "number";
    if (JS_IsString(v))
        return "string";
    if (JS_IsSymbol(v))
        return "symbol";
    if (JS_IsBigInt(v))
        return "bigint";
    return JS_IsFunction(c, v) ? "function" : "object";
}

/* What V8 says where it finds no expression: the type, and the value of what is short. */
static void w_default(DynBuf *d, JSContext *c, JSValueConst v)
{
    dbuf_putstr(d, w_type(c, v));
    if (JS_IsString(v)) {
        dbuf_putstr(d, " \"");
        w_text(d, c, v);
        dbuf_putstr(d, "\"");
    } else if (JS_IsNull(v) || JS_IsBool(v) || JS_IsNumber(v)) {
        dbuf_putstr(d, " ");
        w_text(d, c, v);
    }
}

/* w_throw throws an error with what d holds, and frees d. */
static JSValue w_throw_as(JSContext *c, JSErrorEnum kind, DynBuf *d)
{
    JSStackFrame *sf = c->rt->current_stack_frame;
    JSValue e;
    dbuf_putc(d, 0);
    e = JS_MakeError2(c, kind, !sf || !JS_GetFunctionBytecode(sf->cur_func), dbuf_error(d) ? "" : (char *)d->buf);
    dbuf_free(d);
    return JS_IsException(e) ? e : JS_Throw(c, e);
}

static JSValue w_throw(JSContext *c, DynBuf *d) { return w_throw_as(c, JS_TYPE_ERROR, d); }

static JSValue w_say(JSContext *c, JSErrorEnum kind, const char *before, JSValueConst v, const char *after)
{
    DynBuf d;
    js_dbuf_init(c, &d);
    dbuf_putstr(&d, before);
    bt_show(&d, c, v);
    dbuf_putstr(&d, after);
    return w_throw_as(c, kind, &d);
}

/* bt_say throws a TypeError: before, the value as V8 shows it, after. */
static JSValue bt_say(JSContext *c, const char *before, JSValueConst v, const char *after)
{
    return w_say(c, JS_TYPE_ERROR, before, v, after);
}

static JSValue bt_say_range(JSContext *c, const char *before, JSValueConst v, const char *after)
{
    return w_say(c, JS_RANGE_ERROR, before, v, after);
}

static void w_key(DynBuf *d, JSContext *c, JSAtom prop)
{
    JSValue key = JS_AtomToValue(c, prop);
    if (JS_IsException(key))
        JS_FreeValue(c, JS_GetException(c));
    else
        bt_show(d, c, key);
    JS_FreeValue(c, key);
}

static bool w_throws(JSContext *c, int flags)
{
    return (flags & JS_PROP_THROW) || ((flags & JS_PROP_THROW_STRICT) && is_strict_mode(c));
}

/* bt_say_prop throws a TypeError about a property, if flags say that what fails throws: else it returns false. */
static int bt_say_prop(JSContext *c, int flags, const char *before, JSAtom prop, const char *middle, JSValueConst v, const char *after)
{
    DynBuf d;
    if (!w_throws(c, flags))
        return false;
    js_dbuf_init(c, &d);
    dbuf_putstr(&d, before);
    w_key(&d, c, prop);
    dbuf_putstr(&d, middle);
    if (after) {
        bt_show(&d, c, v);
        dbuf_putstr(&d, after);
    }
    w_throw(c, &d);
    return -1;
}

static int bt_read_only(JSContext *c, int flags, JSAtom prop, JSValueConst v)
{
    return bt_say_prop(c, flags, "Cannot assign to read only property '", prop, JS_IsObject(v) ? "' of object '" : "' of string '", v, "'");
}

/* bt_no_property says that a primitive value gets no property. */
static int bt_no_property(JSContext *c, int flags, JSAtom prop, JSValueConst v)
{
    char middle[40];
    uint32_t i;
    if (JS_VALUE_GET_TAG(v) == JS_TAG_STRING && (prop == JS_ATOM_length || JS_AtomIsArrayIndex(c, &i, prop) && i < JS_VALUE_GET_STRING(v)->len))
        return bt_read_only(c, flags, prop, v);
    snprintf(middle, sizeof(middle), "' on %s '", w_type(c, v));
    return bt_say_prop(c, flags, "Cannot create property '", prop, middle, v, "'");
}

/* bt_no_read says that undefined or null has no properties; of their iterator it says that they cannot be iterated. */
static JSValue bt_no_read(JSContext *c, JSAtom prop, bool is_null)
{
    DynBuf d;
    js_dbuf_init(c, &d);
    if (prop == JS_ATOM_Symbol_iterator) {
        w_default(&d, c, is_null ? JS_NULL : JS_UNDEFINED);
        dbuf_putstr(&d, " is not iterable (cannot read property Symbol(Symbol.iterator))");
    } else {
        dbuf_printf(&d, "Cannot read properties of %s (reading '", is_null ? "null" : "undefined");
        w_key(&d, c, prop);
        dbuf_putstr(&d, "')");
    }
    return w_throw(c, &d);
}

/* bt_no_bigint_text says that a text, which it frees, is no BigInt. */
static JSValue bt_no_bigint_text(JSContext *c, JSValue text)
{
    JSValue e = w_say(c, JS_SYNTAX_ERROR, "Cannot convert ", text, " to a BigInt");
    JS_FreeValue(c, text);
    return e;
}

/* bt_no_callback names what is no function with its type. */
static JSValue bt_no_callback(JSContext *c, JSValueConst v)
{
    DynBuf d;
    js_dbuf_init(c, &d);
    w_default(&d, c, v);
    dbuf_putstr(&d, " is not a function");
    return w_throw(c, &d);
}

/* bt_wrong_class says that a method was called on what is not of its class. */
static JSValue bt_wrong_class(JSContext *c, JSValueConst v, JSAtom name)
{
    DynBuf d;
    size_t at;
    js_dbuf_init(c, &d);
    dbuf_putstr(&d, "Method ");
    w_key(&d, c, name);
    at = d.size;
    dbuf_putstr(&d, ".prototype.");
    if (!w_running_builtin(&d, c))
        d.size = at;
    dbuf_putstr(&d, " called on incompatible receiver ");
    bt_show(&d, c, v);
    return w_throw(c, &d);
}

static JSValue bt_without_new(JSContext *c, JSValueConst f, bool is_class)
{
    DynBuf d;
    js_dbuf_init(c, &d);
    if (!is_class && js_same_value(c, f, c->promise_ctor)) {
        dbuf_putstr(&d, "Promise constructor cannot be invoked without 'new'");
    } else {
        dbuf_putstr(&d, is_class ? "Class constructor " : "Constructor ");
        w_name_of(&d, c, f);
        dbuf_putstr(&d, is_class ? " cannot be invoked without 'new'" : " requires 'new'");
    }
    return w_throw(c, &d);
}

/* bt_no_bigint says that a BigInt is no number: where the other operand is one, that they do not mix. */
static JSValue bt_no_bigint(JSContext *c)
{
    words w;
    int i;
    bool mixed = false;
    if (w_running(&w, c, &i)) {
        mixed = w_binary(w_op(&w, i)) || w_op(&w, i) == OP_add_loc;
        w_close(&w);
    }
    return JS_ThrowTypeError(c, mixed ? "Cannot mix BigInt and other types, use explicit conversions" : "Cannot convert a BigInt value to a number");
}

static JSValue w_not(JSContext *c, JSValueConst f, bool constructor)
{
    const char *what = constructor ? " is not a constructor" : " is not a function";
    DynBuf d;
    words w;
    int i, place;
    js_dbuf_init(c, &d);
    if (w_running(&w, c, &i)) {
        place = w_callee(&w, i);
        if (place >= 0) {
            w_call(&w, i, 0);
            dbuf_put(&d, w.text.buf, w.text.size);
        }
        w_close(&w);
    }
    if (!d.size && constructor && JS_IsFunction(c, f) && !JS_GetFunctionBytecode(f))
        w_name_of(&d, c, f);
    else if (!d.size)
        bt_show(&d, c, f);
    dbuf_putstr(&d, what);
    return w_throw(c, &d);
}

static JSValue bt_not_function(JSContext *c, JSValueConst f) { return w_not(c, f, false); }
static JSValue bt_not_constructor(JSContext *c, JSValueConst f) { return w_not(c, f, true); }

/* Whether what is destructured by instruction i is that of a declaration: `let [a] = b`, and not `[a] = b`, a
 * parameter, or what is in another pattern. Its code comes after that of the pattern, at *from. */
static bool w_declared(words *w, int i, int *from)
{
    int k;
    if (i < 4 || !w->jumps[w->at[i]])
        return false;
    if (w_op(w, i - 1) != OP_if_true && w_op(w, i - 1) != OP_if_true8)
        return false;
    k = i - 2;
    if (w_op(w, k) == OP_strict_eq)
        k--;
    if (k < 2 || (w_op(w, k) != OP_is_undefined && w_op(w, k) != OP_undefined) || w_op(w, k - 1) != OP_dup || w_op(w, k - 2) != OP_undefined)
        return false;
    for (k = i + 1; k < w->count; k++) {
        if (w_target(w, k) == w->at[i] && !w_falls(w, k)) {
            *from = k;
            return true;
        }
    }
    return false;
}

/* Whether the array that instruction i appends to is what a function is called with; *last if it is the end of it. */
static bool w_spread(const words *w, int i, bool *last)
{
    int k, place = w->level[w->at[i]] - 3;
    *last = true;
    for (k = i + 1; k < w->count; k++) {
        int op = w_op(w, k), level = w->level[w->at[k]];
        if (level == 0xffff)
            continue;
        switch (op) {
        case OP_apply: case OP_apply_eval:
            if (level - 1 == place || level - 2 == place)
                return true;
            break;
        case OP_drop: case OP_perm3: case OP_swap: case OP_undefined:
            continue;
        case OP_append: case OP_define_array_el:
            if (level - 3 == place) {
                *last = false;
                continue;
            }
            break;
        }
        *last = false;
        if (level - w_pops(w, k) <= place)
            return false;
    }
    return false;
}

static JSValue bt_not_iterable(JSContext *c, JSValueConst v, bool async)
{
    const char *end = async ? " is not async iterable" : " is not iterable";
    DynBuf d;
    words w;
    int i, from, slot, m, op;
    bool last;
    js_dbuf_init(c, &d);
    if (w_running(&w, c, &i)) {
        int top = w.level[w.at[i]] - 1;
        w.iterated = true;
        slot = top;
        switch (w_op(&w, i)) {
        case OP_for_of_start: case OP_for_await_of_start:
            op = i + 1 < w.count ? w_op(&w, i + 1) : OP_nop;
            if (op == OP_goto || op == OP_goto8 || op == OP_goto16 || (async && op == OP_drop)) {
                m = w_maker(&w, i, &slot, false);
                if (async && (JS_IsUndefined(v) || JS_IsNull(v))) {
                    dbuf_printf(&w.text, "Cannot read properties of %s (reading 'Symbol(Symbol.asyncIterator)')", JS_IsNull(v) ? "null" : "undefined");
                    end = "";
                } else if (m < 0 || w_op(&w, m) != OP_define_array_el) {
                    w_value(&w, i, top, 0);
                }
            } else if (w_declared(&w, i, &from)) {
                slot = top;
                m = w_maker(&w, from, &slot, false);
                op = m >= 0 ? w_op(&w, m) : OP_nop;
                /* V8 has an expression for these only */
                if (m >= 0 && (w_which(&w, m, &slot) >= 0 || op == OP_get_loc0_loc1 || op == OP_get_var || op == OP_push_this || op == OP_null || op == OP_undefined || op == OP_object || op == OP_call_constructor
                            || op == OP_fclosure || op == OP_fclosure8 || op == OP_await || op >= OP_push_minus1 && op <= OP_push_i16 || w_is_call(op)))
                    w_value(&w, from, top, 0);
                else if (m == -2) {
                    w_value(&w, from, top, 0);
                    if (w.text.size < sizeof(w_unknown) || w.text.buf[1] != 'i')
                        w.text.size = 0;
                }
            } else if ((m = w_maker(&w, i, &slot, false)) >= 0 && w_op(&w, m) == OP_get_field2 && JS_IsUndefined(v) | JS_IsNull(v)) {
                /* let { a: [b] } = c */
                int k = m;
                w.iterated = false;
                w_puts(&w, "Cannot destructure property 'Symbol(Symbol.iterator)' of '");
                while (k > 0 && w_op(&w, k) != OP_to_object)
                    k--;
                if (w_declared(&w, k, &from))
                    w_value(&w, from, w.level[w.at[k]] - 1, 0);
                else
                    w_puts(&w, "undefined");
                dbuf_printf(&w.text, "' as it is %s.", JS_IsNull(v) ? "null" : "undefined");
                end = "";
            }
            break;
        case OP_append:
            if (!w_spread(&w, i, &last)) {
                w_value(&w, i, top, 0);
            } else if (last && (JS_IsUndefined(v) || JS_IsNull(v))) {
                w.iterated = false;
                w_value(&w, i, top, 0);
                end = " is not iterable (cannot read property undefined)";
            } else if (last) {
                w_puts(&w, "Spread syntax requires ...iterable[Symbol.iterator] to be a function");
                end = "";
            }
            break;
        }
        if (w.text.size) {
            dbuf_put(&d, w.text.buf, w.text.size);
            if (w.called)
                dbuf_putstr(&d, " is not a function or its return value");
            dbuf_putstr(&d, end);
        }
        w_close(&w);
    }
    if (!d.size) {
        w_default(&d, c, v);
        dbuf_putstr(&d, end);
        dbuf_printf(&d, " (cannot read property Symbol(Symbol.%s))", async ? "asyncIterator" : "iterator");
    }
    return w_throw(c, &d);
}

/* bt_no_object says that undefined or null cannot be destructured. */
static JSValue bt_no_object(JSContext *c, JSValueConst v)
{
    const char *what = JS_IsNull(v) ? "null" : "undefined";
    DynBuf d;
    words w;
    int i, k, m, from, slot, top;
    JSAtom name = JS_ATOM_NULL;
    js_dbuf_init(c, &d);
    if (w_running(&w, c, &i)) {
        bool with = i + 1 == w.count || w_which(&w, i + 1, &k) == 0, fallback = false;
        for (k = i + 1; k < w.count && k < i + 10 && !with && name == JS_ATOM_NULL; k++) {
            switch (w_op(&w, k)) {
            case OP_get_field2: case OP_get_field: case OP_define_field:
                name = get_u32(w_arg(&w, k));
                fallback = k + 3 < w.count && w_op(&w, k) == OP_get_field2 && w_op(&w, k + 1) == OP_dup
                    && (w_op(&w, k + 2) == OP_is_undefined && (w_op(&w, k + 3) == OP_if_false || w_op(&w, k + 3) == OP_if_false8));
                break;
            case OP_drop: case OP_copy_data_properties: case OP_to_propkey2: case OP_to_propkey: case OP_get_array_el: case OP_get_array_el2:
                k = w.count;
                break;
            }
        }
        top = w.level[w.at[i]] - 1;
        slot = top;
        if (!w_declared(&w, i, &from))
            from = i;
        m = w_maker(&w, from, &slot, false);
        if (with) {
            dbuf_putstr(&d, "Cannot convert undefined or null to object");
        } else if (name != JS_ATOM_NULL && (fallback || m >= 0 && w_op(&w, m) == OP_get_field2)) {
            w_atom(&w, name);
            dbuf_printf(&d, "Cannot read properties of %s (reading '", what);
            dbuf_put(&d, w.text.buf, w.text.size);
            dbuf_putstr(&d, "')");
        } else {
            dbuf_putstr(&d, "Cannot destructure ");
            if (name != JS_ATOM_NULL) {
                w_atom(&w, name);
                dbuf_putstr(&d, "property '");
                dbuf_put(&d, w.text.buf, w.text.size);
                dbuf_putstr(&d, "' of ");
                w.text.size = 0;
            }
            w_value(&w, from, top, 0);
            dbuf_putstr(&d, "'");
            if (w.text.size == sizeof(w_unknown) - 1 && !memcmp(w.text.buf, w_unknown, w.text.size) && m >= 0 && w_which(&w, m, &k) >= 0)
                w_default(&d, c, v); /* a parameter, which has no name */
            else
                dbuf_put(&d, w.text.buf, w.text.size);
            dbuf_printf(&d, "' as it is %s.", what);
        }
        w_close(&w);
    }
    if (!d.size)
        dbuf_putstr(&d, "Cannot convert undefined or null to object");
    return w_throw(c, &d);
}

/* ---- what built-in functions say ---- */

/* The name of the running built-in function; "" if there is none. */
static void w_running_name(JSContext *c, char *name, size_t size)
{
    DynBuf d;
    js_dbuf_init(c, &d);
    w_running_builtin(&d, c);
    dbuf_putc(&d, 0);
    snprintf(name, size, "%s", dbuf_error(&d) ? "" : (char *)d.buf);
    dbuf_free(&d);
}

/* bt_this_not says that `this` of a method of a primitive type is of another one. */
static JSValue bt_this_not(JSContext *c, const char *type)
{
    char name[64];
    w_running_name(c, name, sizeof(name));
    return JS_ThrowTypeError(c, "%s.prototype.%s requires that 'this' be a %s", type, name, type);
}

/* bt_no_text says that a method of String.prototype was called on undefined or null. */
static JSValue bt_no_text(JSContext *c)
{
    char name[64];
    w_running_name(c, name, sizeof(name));
    return JS_ThrowTypeError(c, "String.prototype.%s called on null or undefined", name);
}

static JSValue w_data_named(JSContext *c, JSValueConst obj, const char *name)
{
    JSAtom atom = JS_NewAtom(c, name);
    JSValue v = atom == JS_ATOM_NULL ? JS_UNDEFINED : w_data(c, obj, atom);
    JS_FreeAtom(c, atom);
    return v;
}

/* bt_no_object_given says that there is no object; of a function of Reflect, which. */
static JSValue bt_no_object_given(JSContext *c)
{
    JSValue reflect = w_data_named(c, c->global_obj, "Reflect"), method = JS_UNDEFINED;
    char name[64];
    bool of;
    w_running_name(c, name, sizeof(name));
    if (*name && JS_IsObject(reflect))
        method = w_data_named(c, reflect, name);
    of = JS_IsObject(method) && JS_VALUE_GET_OBJ(method) == JS_VALUE_GET_OBJ(c->rt->current_stack_frame->cur_func);
    JS_FreeValue(c, reflect);
    JS_FreeValue(c, method);
    return of ? JS_ThrowTypeError(c, "Reflect.%s called on non-object", name) : JS_ThrowTypeError(c, "not an object");
}

/* bt_no_index says that a number is no length or place, in the words of what asked for one. */
static int bt_no_index(JSContext *c, JSValueConst v)
{
    char name[64];
    size_t n;
    w_running_name(c, name, sizeof(name));
    n = strlen(name);
    if (!strcmp(name, "DataView"))
        bt_say_range(c, "Start offset ", v, " is outside the bounds of the buffer");
    else if (!strncmp(name, "as", 2))
        JS_ThrowRangeError(c, "Invalid value: not (convertible to) a safe integer");
    else if (n > 5 && !strcmp(name + n - 5, "Array"))
        bt_say_range(c, "Invalid typed array length: ", v, "");
    else if (n > 6 && !strcmp(name + n - 6, "Buffer") || !strcmp(name, "resize") || !strcmp(name, "grow"))
        JS_ThrowRangeError(c, "Invalid array buffer length");
    else if ((!strncmp(name, "get", 3) || !strncmp(name, "set", 3)) && n > 5)
        JS_ThrowRangeError(c, "Offset is outside the bounds of the DataView");
    else
        JS_ThrowRangeError(c, "Invalid atomic access index");
    return -1;
}

/* bt_view_of says why no typed array can be made of a buffer from an offset on. */
static JSValue bt_view_of(JSContext *c, JSClassID class_id, JSValueConst offset, bool starts)
{
    char name[ATOM_GET_STR_BUF_SIZE];
    int size = 1 << typed_array_size_log2(class_id);
    int64_t at = 0;
    JS_AtomGetStr(c, name, sizeof(name), c->rt->class_array[class_id].class_name);
    if (!starts)
        return JS_ThrowRangeError(c, "byte length of %s should be a multiple of %d", name, size);
    if (JS_ToInt64Sat(c, &at, offset))
        return JS_EXCEPTION;
    if (at % size)
        return JS_ThrowRangeError(c, "start offset of %s should be a multiple of %d", name, size);
    return bt_say_range(c, "Start offset ", offset, " is outside the bounds of the buffer");
}

/* Writes the name of what made an object. */
static void w_maker_of(DynBuf *d, JSContext *c, JSValueConst v)
{
    dbuf_putstr(d, "object with constructor '");
    if (!w_constructor_of(d, c, v))
        dbuf_putstr(d, "Object");
    dbuf_putstr(d, "'");
}

/* Writes where in an object another one is: a property with that value, if there is one. */
static void w_place_of(DynBuf *d, JSContext *c, JSValueConst in, JSValueConst v)
{
    JSObject *p = JS_VALUE_GET_OBJ(in);
    JSShapeProperty *prs;
    uint32_t i;
    if (p->class_id == JS_CLASS_ARRAY && p->fast_array) {
        for (i = 0; i < p->u.array.count; i++) {
            if (JS_IsObject(p->u.array.u.values[i]) && JS_VALUE_GET_OBJ(p->u.array.u.values[i]) == JS_VALUE_GET_OBJ(v)) {
                dbuf_printf(d, "index %u", i);
                return;
            }
        }
    }
    if (p->class_id != JS_CLASS_PROXY) {
        prs = get_shape_prop(p->shape);
        for (i = 0; i < p->shape->prop_count; i++, prs++) {
            if (prs->atom == JS_ATOM_NULL || (prs->flags & JS_PROP_TMASK) || !JS_IsObject(p->prop[i].u.value) || JS_VALUE_GET_OBJ(p->prop[i].u.value) != JS_VALUE_GET_OBJ(v))
                continue;
            dbuf_putstr(d, "property '");
            w_key(d, c, prs->atom);
            dbuf_putstr(d, "'");
            return;
        }
    }
    dbuf_putstr(d, "a value");
}

/* bt_circular says by which way an object that is printed as JSON leads back to itself: the objects of
 * stack, from v on. */
static JSValue bt_circular(JSContext *c, JSValueConst stack, JSValueConst v)
{
    JSObject *p = JS_VALUE_GET_OBJ(stack);
    JSValue *list = p->u.array.u.values;
    uint32_t n = p->u.array.count, from = 0, i;
    DynBuf d;
    js_dbuf_init(c, &d);
    dbuf_putstr(&d, "Converting circular structure to JSON");
    while (from < n && JS_VALUE_GET_OBJ(list[from]) != JS_VALUE_GET_OBJ(v))
        from++;
    if (from < n) {
        dbuf_putstr(&d, "\n    --> starting at ");
        w_maker_of(&d, c, v);
        for (i = from + 1; i < n; i++) {
            if (i == from + 3 && n - i > 1) {
                dbuf_putstr(&d, "\n    |     ...");
                i = n - 1;
            }
            dbuf_putstr(&d, "\n    |     ");
            w_place_of(&d, c, list[i - 1], list[i]);
            dbuf_putstr(&d, " -> ");
            w_maker_of(&d, c, list[i]);
        }
        dbuf_putstr(&d, "\n    --- ");
        w_place_of(&d, c, list[n - 1], v);
        dbuf_putstr(&d, " closes the circle");
    }
    return w_throw(c, &d);
}

/* What V8 says of a pattern, by how what the compiler of regular expressions says begins. */
static const struct { const char *ours, *theirs; } w_patterns[] = {
    { "expecting ')'", "Unterminated group" },
    { "extraneous characters at the end", "Unmatched ')'" },
    { "nothing to repeat", "Nothing to repeat" },
    { "invalid group name", "Invalid capture group name" }, /* before what it begins with */
    { "invalid group", "Invalid group" },
    { "invalid modifiers", "Invalid flag group" },
    { "duplicate modifier", "Repeated flag in flag group" },
    { "duplicate group name", "Duplicate capture group name" },
    { "group name not defined", "Invalid named capture referenced" },
    { "expecting group name", "Invalid named reference" },
    { "invalid repetition count", "numbers out of order in {} quantifier" },
    { "syntax error", "Lone quantifier brackets" },
    { "invalid decimal escape", "Invalid decimal escape" },
    { "back reference out of range", "Invalid escape" },
    { "unknown unicode", "Invalid property name" },
    { "expecting '{' after \\p", "Invalid property name" },
    { "invalid character in class", "Invalid character in character class" },
    { "invalid class set operation", "Invalid character in character class" },
    { "negated character class", "Negated character class may contain strings" },
    { "too many captures", "Too many captures" },
    { "stack overflow", "Regular expression too large" },
};

/* bt_no_flags says that a text has no flags of a regular expression. */
static JSValue bt_no_flags(JSContext *c, JSValueConst flags)
{
    char name[64];
    w_running_name(c, name, sizeof(name));
    if (!strcmp(name, "RegExp"))
        return w_say(c, JS_SYNTAX_ERROR, "Invalid flags supplied to RegExp constructor '", flags, "'");
    return JS_ThrowSyntaxError(c, "Invalid regular expression flags");
}

/* bt_no_pattern says why a text is no regular expression. Unicode says that it has one of the flags u and v. */
static void bt_no_pattern(JSContext *c, const char *text, size_t n, JSValueConst flags, bool unicode, const char *why)
{
    size_t i, end = n;
    DynBuf d;
    if (!strcmp(why, "out of memory")) {
        JS_ThrowOutOfMemory(c);
        return;
    }
    for (i = 0; i < countof(w_patterns); i++) {
        if (!strncmp(why, w_patterns[i].ours, strlen(w_patterns[i].ours))) {
            why = w_patterns[i].theirs;
            break;
        }
    }
    if (!strcmp(why, "unexpected end")) {
        while (end > 0 && text[end - 1] == '\\')
            end--;
        why = (n - end) & 1 ? "\\ at end of pattern" : "Unterminated character class";
    } else if (!strcmp(why, "expecting '}'"))
        why = memmem(text, n, "\\p", 2) || memmem(text, n, "\\P", 2) ? "Invalid property name" : "Incomplete quantifier";
    else if (!strcmp(why, "invalid class range"))
        why = unicode && (memmem(text, n, "\\w", 2) || memmem(text, n, "\\d", 2) || memmem(text, n, "\\s", 2)) ? "Invalid character class" : "Range out of order in character class";
    else if (!strncmp(why, "invalid escape sequence", 23))
        why = memmem(text, n, "\\u", 2) || memmem(text, n, "\\c", 2) ? "Invalid Unicode escape" : "Invalid escape";
    js_dbuf_init(c, &d);
    dbuf_putstr(&d, "Invalid regular expression: /");
    dbuf_put(&d, text, n);
    dbuf_putstr(&d, "/");
    if (JS_IsString(flags))
        w_text(&d, c, flags);
    dbuf_putstr(&d, ": ");
    dbuf_putstr(&d, why);
    w_throw_as(c, JS_SYNTAX_ERROR, &d);
}
