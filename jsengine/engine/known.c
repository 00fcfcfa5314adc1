//go:build ignore

/* Variables that are surely initialised, included in quickjs.c before what
 * resolves labels.
 *
 * The compiler checks each use of a let, const or class for its initialisation,
 * since it makes the code in one pass. A look at the whole function tells most of
 * these checks to be needless: they become plain uses, which the engine then joins
 * with their neighbours (inc_loc, add_loc, get_loc0). What is known at a place is
 * what is known on all ways to it, so that a switch, a loop or a handler is right
 * whatever the order of its code. */

/* Each pass is over all of the code; a function that needs more, or this many words
 * to tell what is known at its labels, stays as it is. */
#define K_PASSES 8
#define K_WORDS (1 << 17)

typedef struct {
    JSFunctionDef *s;
    uint64_t *at;  /* by label: what is known there */
    uint64_t *now; /* what is known where we are */
    int words;     /* of each */
} KnownVars;

/* The number of the variable that an instruction uses, or -1. Those of a module come
 * behind the locals: of the variables of other functions only they stay initialised
 * (a loop of the function around may make its own anew). */
static int k_var(KnownVars *k, const uint8_t *p)
{
    switch (*p) {
    case OP_put_loc:
    case OP_set_loc:
    case OP_set_loc_uninitialized:
    case OP_get_loc_check:
    case OP_put_loc_check:
    case OP_put_loc_check_init:
        return get_u16(p + 1);
    case OP_put_var_ref:
    case OP_set_var_ref:
    case OP_get_var_ref_check:
    case OP_put_var_ref_check:
    case OP_put_var_ref_check_init:
        return k->s->module ? k->s->var_count + get_u16(p + 1) : -1;
    }
    return -1;
}

/* What is known here is no more than that at a label of the code; tells whether that
 * became less. */
static bool k_meet(KnownVars *k, int label)
{
    uint64_t *at = k->at + (size_t)label * k->words;
    bool less = false;
    int i;
    for (i = 0; i < k->words; i++) {
        less |= (at[i] & ~k->now[i]) != 0;
        at[i] &= k->now[i];
    }
    return less;
}

/* Goes through the code. If it is not to change it, the result tells whether a label
 * that was passed turned out to know less. */
static bool k_pass(KnownVars *k, bool change)
{
    JSFunctionDef *s = k->s;
    uint8_t *p = s->byte_code.buf, *end = p + s->byte_code.size;
    size_t size = sizeof(k->now[0]) * k->words;
    bool again = false;
    int v, label;

    memset(k->now, 0, size);
    for (; p < end; p += opcode_info[*p].size) {
        int pos = p - s->byte_code.buf;
        switch (*p) {
        case OP_label:
            label = get_u32(p + 1);
            k_meet(k, label);
            memcpy(k->now, k->at + (size_t)label * k->words, size);
            break;
        case OP_goto:
        case OP_if_true:
        case OP_if_false:
        case OP_catch:
        case OP_gosub:
            label = get_u32(p + 1);
            again |= k_meet(k, label) && s->label_slots[label].pos2 <= pos;
            if (*p == OP_goto)
                memset(k->now, 0xff, size);
            break;
        case OP_with_get_var:
        case OP_with_put_var:
        case OP_with_delete_var:
        case OP_with_make_ref:
        case OP_with_get_ref:
        case OP_with_get_ref_undef:
            label = get_u32(p + 5);
            again |= k_meet(k, label) && s->label_slots[label].pos2 <= pos;
            break;
        case OP_return:
        case OP_return_undef:
        case OP_return_async:
        case OP_throw:
        case OP_throw_error:
        case OP_ret:
            memset(k->now, 0xff, size);
            break;
        default:
            if ((v = k_var(k, p)) < 0)
                break;
            if (*p == OP_set_loc_uninitialized) {
                k->now[v / 64] &= ~(1ULL << v % 64);
                break;
            }
            if (change && (k->now[v / 64] >> v % 64 & 1)) {
                switch (*p) {
                case OP_get_loc_check: *p = OP_get_loc; break;
                case OP_put_loc_check: *p = OP_put_loc; break;
                case OP_get_var_ref_check: *p = OP_get_var_ref; break;
                case OP_put_var_ref_check: *p = OP_put_var_ref; break;
                }
            }
            k->now[v / 64] |= 1ULL << v % 64;
        }
    }
    return again;
}

/* Takes needless checks out of a function's code, if there is memory for it. */
static void bt_known_vars(JSRuntime *rt, JSFunctionDef *s)
{
    KnownVars k = { s, NULL, NULL, (s->var_count + (s->module ? s->closure_var_count : 0) + 63) / 64 };
    const uint8_t *p = s->byte_code.buf, *end = p + s->byte_code.size;
    bool checks = false;
    size_t n = (size_t)(s->label_count + 1) * k.words;
    int i;

    for (; p < end && !checks; p += opcode_info[*p].size)
        checks = *p == OP_get_loc_check || *p == OP_put_loc_check ||
                 (s->module && (*p == OP_get_var_ref_check || *p == OP_put_var_ref_check));
    if (!checks || n > K_WORDS || !(k.at = js_malloc_rt(rt, n * sizeof(k.at[0]))))
        return;
    k.now = k.at + (size_t)s->label_count * k.words;
    memset(k.at, 0xff, n * sizeof(k.at[0]));
    for (i = 0; i < K_PASSES; i++) {
        if (!k_pass(&k, false)) {
            k_pass(&k, true);
            break;
        }
    }
    js_free_rt(rt, k.at);
}
