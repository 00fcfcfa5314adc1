//go:build ignore

/* The C library's allocator, for one thread and a memory that only grows.
 *
 * It takes the place of the compiler's own, which rounds large blocks up to a
 * power of two: half of a guest's memory could not be used. Small objects come
 * from the engine's arenas; what arrives here is arenas, strings, buffers.
 *
 * Blocks lie side by side, each with a header that holds its size and, if the
 * block before it is free, that block's size, so that neighbours merge in
 * constant time. Free blocks hang in lists by size: eight lists for each power
 * of two, with a bitmap that finds the next that is not empty. The memory above
 * the last block, the top, grows by what is asked for. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <errno.h>

typedef struct block {
    uint32_t prev;       /* size of the block before, if that is free */
    uint32_t size;       /* of this one, header included; flags below */
    struct block *next;  /* the list of a free block: the payload of one in use */
    struct block **link; /* what points to it */
} block;

enum {
    ALIGN = 16,   /* of sizes; payloads lie 8 bytes after a multiple of it */
    HEAD = 8,     /* bytes of a block in use before its payload */
    LEAST = 32,   /* bytes of the smallest block: a free one must hold its links */
    FREE = 1,     /* this block is free */
    AFTER = 2,    /* the block before is free */
    FLAGS = ALIGN - 1,
    LISTS = 256,  /* 32 powers of two, 8 lists each */
    PAGE = 65536, /* of WebAssembly */
};

static struct {
    char *top;   /* where the next block of fresh memory begins; its header is not set */
    char *end;   /* of the memory */
    char *clean; /* from here on memory was never used: it is zero */
    uint32_t map[LISTS / 32];
    block *list[LISTS];
} heap;

extern char __heap_base;

static uint32_t size_of(const block *b) { return b->size & ~(uint32_t)FLAGS; }
static block *at(void *p, uint32_t n) { return (block *)((char *)p + n); }
static block *of(void *p) { return (block *)((char *)p - HEAD); }
static void *payload(block *b) { return (char *)b + HEAD; }

/* index is the list for free blocks of a size: a list holds sizes from its own
 * least to the next list's. */
static unsigned index_of(uint32_t size)
{
    unsigned log = 31 - __builtin_clz(size);
    return log * 8 + ((size >> (log - 3)) & 7);
}

static void put(block *b)
{
    unsigned i = index_of(size_of(b));
    b->next = heap.list[i];
    if (b->next)
        b->next->link = &b->next;
    b->link = &heap.list[i];
    heap.list[i] = b;
    heap.map[i >> 5] |= 1u << (i & 31);
}

static void take(block *b)
{
    unsigned i;
    *b->link = b->next;
    if (b->next)
        b->next->link = b->link;
    else if (b->link >= heap.list && b->link < heap.list + LISTS) {
        i = b->link - heap.list;
        heap.map[i >> 5] &= ~(1u << (i & 31));
    }
}

/* find takes a free block of at least size from the lists, or returns NULL. */
static block *find(uint32_t size)
{
    unsigned i = index_of(size), w;
    uint32_t bits;
    block *b;
    int tries = 8;
    /* Blocks in the same list may be smaller: look at a few. */
    for (b = heap.list[i]; b && tries--; b = b->next)
        if (size_of(b) >= size) {
            take(b);
            return b;
        }
    if (++i == LISTS)
        return NULL;
    w = i >> 5;
    bits = heap.map[w] & (~0u << (i & 31));
    while (!bits) {
        if (++w == LISTS / 32)
            return NULL;
        bits = heap.map[w];
    }
    b = heap.list[w * 32 + __builtin_ctz(bits)];
    take(b);
    return b;
}

/* reserve makes at least n bytes of fresh memory at the top. */
static int reserve(uint32_t n)
{
    size_t need, more;
    if (!heap.top) {
        /* Blocks begin at multiples of ALIGN. The memory after the data is zero. */
        heap.top = (char *)(((uintptr_t)&__heap_base + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1));
        heap.end = (char *)(__builtin_wasm_memory_size(0) * (uintptr_t)PAGE);
        heap.clean = heap.top;
    }
    if ((size_t)(heap.end - heap.top) >= n)
        return 1;
    need = (n - (size_t)(heap.end - heap.top) + PAGE - 1) / PAGE;
    /* An eighth more than there is, at most 1 MiB: each growth is a call of the
     * host and one of the system. */
    more = (size_t)(heap.end - &__heap_base) / PAGE / 8;
    if (more > 16)
        more = 16;
    if (more > need && __builtin_wasm_memory_grow(0, more) != (size_t)-1)
        need = more;
    else if (__builtin_wasm_memory_grow(0, need) == (size_t)-1)
        return 0;
    heap.end += need * PAGE;
    return 1;
}

/* trim gives the tail of a block in use that is more than size back. */
static void release(block *b);
static void trim(block *b, uint32_t size)
{
    uint32_t rest = size_of(b) - size;
    block *tail;
    if (rest < LEAST)
        return;
    b->size = size | (b->size & AFTER);
    tail = at(b, size);
    tail->size = rest;
    release(tail);
}

/* release frees a block in use, merging it with free neighbours. */
static void release(block *b)
{
    uint32_t size = size_of(b);
    block *next;
    if (b->size & AFTER) {
        size += b->prev;
        b = (block *)((char *)b - b->prev);
        take(b);
    }
    next = at(b, size);
    if ((char *)next == heap.top) {
        heap.top = (char *)b; /* its predecessor is in use, or it would have merged */
        return;
    }
    if (next->size & FREE) {
        take(next);
        size += size_of(next);
        next = at(b, size);
        if ((char *)next == heap.top) {
            heap.top = (char *)b;
            return;
        }
    }
    b->size = size | FREE;
    next->prev = size;
    next->size |= AFTER;
    put(b);
}

/* block_size is the size of the block for n bytes, or 0 if there can be none. */
static uint32_t block_size(size_t n)
{
    if (n > 0xfff00000u)
        return 0;
    n = (n + HEAD + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    return n < LEAST ? LEAST : n;
}

/* fetch returns a block in use for n bytes; *dirty is how many of its first
 * bytes may not be zero. */
static block *fetch(size_t n, uint32_t *dirty)
{
    uint32_t size = block_size(n);
    block *b;
    if (!size) {
        errno = ENOMEM;
        return NULL;
    }
    b = find(size);
    if (b) {
        b->size &= ~(uint32_t)FREE;
        at(b, size_of(b))->size &= ~(uint32_t)AFTER; /* never the top: that would have merged */
        *dirty = size;
        trim(b, size);
        return b;
    }
    if (!reserve(size)) {
        errno = ENOMEM;
        return NULL;
    }
    b = (block *)heap.top;
    *dirty = heap.clean > heap.top ? heap.clean - heap.top : 0;
    heap.top += size;
    if (heap.clean < heap.top)
        heap.clean = heap.top;
    b->size = size;
    return b;
}

void *malloc(size_t n)
{
    uint32_t dirty;
    block *b = fetch(n, &dirty);
    return b ? payload(b) : NULL;
}

void *calloc(size_t count, size_t n)
{
    uint32_t dirty;
    block *b;
    if (__builtin_mul_overflow(count, n, &n)) {
        errno = ENOMEM;
        return NULL;
    }
    b = fetch(n, &dirty);
    if (!b)
        return NULL;
    if (dirty > HEAD)
        memset(payload(b), 0, dirty - HEAD < n ? dirty - HEAD : n);
    return payload(b);
}

void free(void *p)
{
    if (p)
        release(of(p));
}

size_t malloc_usable_size(void *p) { return p ? size_of(of(p)) - HEAD : 0; }

void *realloc(void *p, size_t n)
{
    block *b, *next;
    uint32_t old, size;
    void *q;
    if (!p)
        return malloc(n);
    size = block_size(n);
    if (!size) {
        errno = ENOMEM;
        return NULL;
    }
    b = of(p);
    old = size_of(b);
    if (size <= old) {
        trim(b, size);
        return p;
    }
    next = at(b, old);
    if ((char *)next == heap.top) {
        if (reserve(size - old)) {
            heap.top += size - old;
            if (heap.clean < heap.top)
                heap.clean = heap.top;
            b->size += size - old;
            return p;
        }
    } else if ((next->size & FREE) && old + size_of(next) >= size) {
        take(next);
        b->size += size_of(next);
        at(b, size_of(b))->size &= ~(uint32_t)AFTER;
        trim(b, size);
        return p;
    }
    q = malloc(n);
    if (!q)
        return NULL;
    memcpy(q, p, old - HEAD);
    free(p);
    return q;
}

/* page_alloc returns n zero bytes, a multiple of page, that begin at a multiple of
 * it; only page_free frees them. Their pages hold nothing else. */
void *page_alloc(size_t page, size_t n)
{
    uint32_t dirty, lead;
    block *b, *rest;
    char *p;
    if (n > 0x7fffffffu) {
        errno = ENOMEM;
        return NULL;
    }
    b = fetch(n + ALIGN + page + LEAST, &dirty);
    if (!b)
        return NULL;
    /* The block that stays begins ALIGN bytes before them; the one before it, if any, is free. */
    p = (char *)(((uintptr_t)b + ALIGN + page - 1) & ~(uintptr_t)(page - 1));
    lead = p - ALIGN - (char *)b;
    if (lead && lead < LEAST) {
        p += page;
        lead += page;
    }
    if (lead) {
        rest = at(b, lead);
        rest->size = size_of(b) - lead;
        b->size = lead | (b->size & AFTER);
        release(b);
        b = rest;
    }
    trim(b, n + ALIGN);
    if (dirty > lead + ALIGN)
        memset(p, 0, dirty - lead - ALIGN < n ? dirty - lead - ALIGN : n);
    return p;
}

void page_free(void *p) { release((block *)((char *)p - ALIGN)); }

/* malloc_freeze forgets all free blocks, so that what is allocated from now on
 * lies together above what exists: an image's pages stay as they are. */
void malloc_freeze(void)
{
    unsigned i;
    block *b;
    uintptr_t fresh;
    for (i = 0; i < LISTS; i++) {
        for (b = heap.list[i]; b; b = b->next) {
            b->size &= ~(uint32_t)FREE; /* in use, by nobody */
            at(b, size_of(b))->size &= ~(uint32_t)AFTER;
        }
        heap.list[i] = NULL;
    }
    memset(heap.map, 0, sizeof(heap.map));
    /* A block of its own fills the last page. */
    fresh = ((uintptr_t)heap.top + 4095) & ~(uintptr_t)4095;
    if (fresh - (uintptr_t)heap.top >= LEAST && reserve(fresh - (uintptr_t)heap.top)) {
        b = (block *)heap.top;
        b->size = fresh - (uintptr_t)heap.top;
        heap.top = (char *)fresh;
        if (heap.clean < heap.top)
            heap.clean = heap.top;
    }
    /* Most programs need no more: their memory never grows, which would be a call of the host and a mapping. */
    (void)reserve(512 << 10);
}
