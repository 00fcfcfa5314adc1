package scoped

import "testing"

func TestCacheKeepsScopesApart(t *testing.T) {
	c := New[string](8000)
	key := func(b byte) Key { return Key{b} }
	c.Put("a", key(1), "a's", 100)
	if _, ok := c.Get("b", key(1)); ok {
		t.Error("a scope sees another's result")
	}
	for i := range byte(100) {
		c.Put("b", key(i), "b's", 100)
	}
	if v, ok := c.Get("a", key(1)); !ok || v != "a's" {
		t.Error("a scope pushed another's result out before the cache was full")
	}
	if c.scopes["b"].used > c.share {
		t.Errorf("a scope holds %d bytes, its share is %d", c.scopes["b"].used, c.share)
	}
	c.Put("a", key(2), "large", 5000)
	if _, ok := c.Get("a", key(2)); ok {
		t.Error("a result over the share was kept")
	}
	c.Forget("b")
	if _, ok := c.Get("b", key(99)); ok {
		t.Error("a result was not forgotten")
	}
	c.Forget("a")
	if c.used != 0 || c.order.Len() != 0 || len(c.scopes) != 0 {
		t.Errorf("after forget: %d bytes, %d entries", c.used, c.order.Len())
	}
}

func TestCacheReplacesAndEvicts(t *testing.T) {
	c := New[int](8 * 3 * (entryBytes + 100)) // three entries a scope
	for i := range byte(3) {
		c.Put("a", Key{i}, int(i), 100)
	}
	c.Put("a", Key{0}, 10, 50) // which is the most recent now
	c.Put("a", Key{3}, 3, 100)
	c.Put("a", Key{4}, 4, 100)
	want := map[byte]int{0: 10, 3: 3, 4: 4}
	for i := range byte(5) {
		v, ok := c.Get("a", Key{i})
		if w, kept := want[i]; ok != kept || v != w {
			t.Errorf("entry %d = %d, %v", i, v, ok)
		}
	}
	if used := c.scopes["a"].used; used != c.used || used != 3*entryBytes+250 {
		t.Errorf("%d bytes counted", used)
	}
}

func TestKeyOf(t *testing.T) {
	long := string(make([]byte, 1000))
	keys := map[Key]string{}
	for name, k := range map[string]Key{
		"none": KeyOf(), "empty": KeyOf(""), "two empty": KeyOf("", ""),
		"ab c": KeyOf("ab", "c"), "a bc": KeyOf("a", "bc"), "abc": KeyOf("abc"),
		"long": KeyOf(long), "long, cut": KeyOf(long[:500], long[500:]), "long, other": KeyOf(long[1:] + "x"),
	} {
		if other, taken := keys[k]; taken {
			t.Errorf("%q and %q have one key", name, other)
		}
		keys[k] = name
	}
	if first, second := KeyOf("a", "b"), KeyOf("a", "b"); first != second {
		t.Error("a key is not that of its parts")
	}
}
