package spec

import (
	"reflect"
	"slices"
	"strings"
	"sync"
)

// block is a map of fixed keys, as the tags of a struct's fields say it:
//
//	spec:"args"          the key
//	of:"go,java"         the languages that it means something for, where not for all
//	said:"command,cmd"   what people know it as from Dockerfiles, Compose, CI files
//	                     and manifests, in small letters without "-", "_" and "."
type block struct {
	keys   []string // in their order
	fields map[string]reflect.StructField
	said   map[string]string // the keys of words
}

var blocks sync.Map // of *block, by reflect.Type

// blockOf returns the block that a struct stands for.
func blockOf(t reflect.Type) *block {
	if b, ok := blocks.Load(t); ok {
		return b.(*block)
	}
	b := &block{fields: map[string]reflect.StructField{}, said: map[string]string{}}
	for i := range t.NumField() {
		f := t.Field(i)
		key := f.Tag.Get("spec")
		if key == "" {
			continue
		}
		b.keys = append(b.keys, key)
		b.fields[key] = f
		for _, word := range split(f.Tag.Get("said")) {
			b.said[word] = key
		}
	}
	blocks.Store(t, b)
	return b
}

// languages returns the languages that a field's key is for, none where it is
// for all.
func languages(f reflect.StructField) []string { return split(f.Tag.Get("of")) }

// split returns the words of a tag.
func split(tag string) []string {
	return strings.FieldsFunc(tag, func(r rune) bool { return r == ',' })
}

// Foreign is a key that is written and means nothing for the language at hand.
type Foreign struct {
	Key       string // below "build"
	Range     Range
	Languages []string // that it is for
}

// Foreign returns the keys of b that mean nothing for a language, in their order.
func (b *Build) Foreign(language string) []Foreign {
	var found []Foreign
	v := reflect.ValueOf(b).Elem()
	block := blockOf(v.Type())
	for _, key := range block.keys {
		f := block.fields[key]
		of, at := languages(f), writtenAt(v.FieldByIndex(f.Index))
		if len(of) > 0 && !slices.Contains(of, language) && !at.IsZero() {
			found = append(found, Foreign{key, at, of})
		}
	}
	return found
}

// writtenAt returns where the value of a key is, or the first of several; the
// zero Range where it is not written.
func writtenAt(v reflect.Value) Range {
	switch {
	case v.Type() == reflect.TypeFor[Pair]():
		return v.Interface().(Pair).Name.Range
	case v.Kind() != reflect.Slice:
		return v.FieldByName("Range").Interface().(Range)
	case v.Len() > 0:
		return writtenAt(v.Index(0))
	}
	return Range{}
}
