// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"time"

	"securescore/internal/posture"
)

// Type is the type of a field as rules see it.
type Type uint8

// The types. Seconds is an integer that is read from a .NET time span
// ("90.00:00:00") or an ISO-8601 duration ("P90D") as well as from a number.
const (
	Bool Type = iota + 1
	Int
	Seconds
	String
	Time
	Strings
)

// Unlimited is the number that stands for the absence of a bound. Fields name
// it as the meaning of null or of a word.
const Unlimited int64 = math.MaxInt64

// Never is the time that no end means ("permanent", "never expires"): after
// every real one. It is a constant that Go cannot write as one.
var Never = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// Field is one attribute of a kind.
type Field struct {
	// Name is the dotted name in rules, below the kind: "mfa.registered".
	Name string
	Type Type
	// From is the dotted path in the raw object. Empty: derived by code.
	// "a[]" collects the items of a list, for Int it counts them; "a[].b"
	// collects b of each item; "a{name=X}.value" picks the item whose name is X.
	From string
	// Null and Absent are the values that a JSON null and a missing member
	// stand for: bool, int64, string, time.Time or []string. Nil is unknown.
	Null, Absent any
	// Words gives numbers to words, such as "Unlimited" (Int and Seconds).
	Words map[string]int64
	// Enum is the closed set of values of a String. Another value is unknown:
	// the product that wrote it knows something that this version does not.
	Enum []string
	// Split cuts one string into a list (Strings).
	Split string
	// Doc says in one sentence what the field means, with the unit.
	Doc string
}

// KindSpec describes one kind of entity.
type KindSpec struct {
	Kind     posture.Kind
	Singular string // for people: "user"
	Plural   string // for people: "users"
	// DataSet is the data set whose objects become the entities. Empty: the
	// entities are built by a Derive function.
	DataSet string
	// Records are further data sets that hold an object of an entity's own, under
	// its key: what changes there is the entity's doing.
	Records []string
	// Singleton marks settings of the whole organisation: one entity, whose
	// fields every rule can read as tenant.<kind>.<field>.
	Singleton bool
	// Configuration marks policies and settings, which exist only where the
	// product's service plan does: without the plan their absence is a fail, while
	// no user, device or mailbox to look at is not applicable.
	Configuration bool
	// Always says that every organisation has at least one: a data set without
	// any was not read, and nothing is out of scope because of it.
	Always bool
	// Names are the paths in the raw object that are tried for the display
	// name, in order; then the key.
	Names []string
	// Base is the kind whose entities these are seen from another side (an
	// administrator is a user): exemptions of the base apply, keys are equal.
	Base   posture.Kind
	Fields []Field

	index map[string]int
	order int // position in the schema
}

// Field returns the position of the named field.
func (k *KindSpec) Field(name string) (int, bool) {
	i, ok := k.index[name]
	return i, ok
}

// Derive computes what needs more than one object. It reads the evidence and
// the tables before it and fills tables or columns of its own.
type Derive func(m *Model)

// Product is what one product of the catalogue adds to the schema.
type Product struct {
	Kinds  []KindSpec
	Derive []Derive // run in this order, after all declared fields are read
}

// Schema is the set of all kinds. It is immutable once made.
type Schema struct {
	kinds  map[posture.Kind]*KindSpec
	order  []posture.Kind
	derive []Derive
}

var fieldName = regexp.MustCompile(`^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$`)

// NewSchema joins the products. It reports every fault at once.
func NewSchema(products ...Product) (*Schema, error) {
	s := &Schema{kinds: make(map[posture.Kind]*KindSpec)}
	var errs []error
	for _, p := range products {
		for i := range p.Kinds {
			k := p.Kinds[i]
			if _, twice := s.kinds[k.Kind]; twice {
				errs = append(errs, fmt.Errorf("kind %s: declared twice", k.Kind))
				continue
			}
			errs = append(errs, k.prepare())
			k.order = len(s.order)
			s.kinds[k.Kind] = &k
			s.order = append(s.order, k.Kind)
		}
		s.derive = append(s.derive, p.Derive...)
	}
	for _, kind := range s.order {
		if base := s.kinds[kind].Base; base != "" && s.kinds[base] == nil {
			errs = append(errs, fmt.Errorf("kind %s: base %s is not declared", kind, base))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return s, nil
}

// Kind returns the description of a kind.
func (s *Schema) Kind(kind posture.Kind) (*KindSpec, bool) {
	k, ok := s.kinds[kind]
	return k, ok
}

// Kinds returns all kinds in the order of declaration.
func (s *Schema) Kinds() []posture.Kind { return s.order }

func (k *KindSpec) prepare() error {
	var errs []error
	if k.Singular == "" || k.Plural == "" {
		errs = append(errs, fmt.Errorf("kind %s: has no name for people", k.Kind))
	}
	k.index = make(map[string]int, len(k.Fields))
	for i, f := range k.Fields {
		if _, twice := k.index[f.Name]; twice {
			errs = append(errs, fmt.Errorf("kind %s: field %s: declared twice", k.Kind, f.Name))
		}
		k.index[f.Name] = i
		if err := f.check(); err != nil {
			errs = append(errs, fmt.Errorf("kind %s: field %s: %w", k.Kind, f.Name, err))
		}
	}
	return errors.Join(errs...)
}

func (f *Field) check() error {
	if !fieldName.MatchString(f.Name) {
		return errors.New("name must be dotted camel case")
	}
	if f.Type < Bool || f.Type > Strings {
		return errors.New("has no type")
	}
	for _, v := range []any{f.Null, f.Absent} {
		if v != nil && !f.Type.holds(v) {
			return fmt.Errorf("%T is no value of its type", v)
		}
	}
	_, err := parsePath(f.From)
	return err
}

func (t Type) holds(v any) bool {
	switch v.(type) {
	case bool:
		return t == Bool
	case int64:
		return t == Int || t == Seconds
	case string:
		return t == String
	case time.Time:
		return t == Time
	case []string:
		return t == Strings
	}
	return false
}
