// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// settings are the data sets that describe configuration, as they stand on the
// first day: one file a data set, its path is the data set's name, its content
// a list of objects. A string that begins with @ stands for something that
// code makes: see fill.
//
//go:embed contoso
var settings embed.FS

func readSettings(o *org) (map[string][]object, error) {
	sets := make(map[string][]object)
	err := fs.WalkDir(settings, "contoso", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := settings.ReadFile(name)
		if err != nil {
			return err
		}
		var objects []object
		if err := json.Unmarshal(data, &objects); err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		for i := range objects {
			if _, err := o.fill(objects[i]); err != nil {
				return fmt.Errorf("read %s: %w", name, err)
			}
		}
		sets[strings.TrimSuffix(strings.TrimPrefix(name, "contoso/"), path.Ext(name))] = objects
		return nil
	})
	return sets, err
}

// fill replaces what stands for something made: "@-30d" is a time 30 days
// before the first day, "@user 7" and "@group 2" are ids.
func (o *org) fill(value any) (any, error) {
	var err error
	switch v := value.(type) {
	case object:
		for name, member := range v {
			if v[name], err = o.fill(member); err != nil {
				return nil, err
			}
		}
	case []any:
		for i := range v {
			if v[i], err = o.fill(v[i]); err != nil {
				return nil, err
			}
		}
	case string:
		if word, ok := strings.CutPrefix(v, "@"); ok {
			return o.standsFor(word)
		}
	}
	return value, nil
}

func (o *org) standsFor(word string) (string, error) {
	if days, ok := strings.CutSuffix(word, "d"); ok {
		n, err := strconv.Atoi(days)
		return moment(o.day(n)), err
	}
	what, number, _ := strings.Cut(word, " ")
	n, err := strconv.Atoi(number)
	if err != nil || (what != "user" && what != "group") {
		return "", fmt.Errorf("@%s stands for nothing", word)
	}
	return uuid(what, n), nil
}

// key is the member that names an object, as in other sources.
func key(obj object) string {
	for _, member := range []string{"id", "Id", "Identity", "Name", "DomainName", "Domain", "domain", "objectId", "settingName", "SettingName", "name"} {
		if k, ok := obj[member].(string); ok && k != "" {
			return k
		}
	}
	return ""
}

// find returns an object of a data set. The name may be empty where the data
// set has one object.
func (o *org) find(set, name string) (object, error) {
	for _, obj := range o.sets[set] {
		if key(obj) == name || (name == "" && len(o.sets[set]) == 1) {
			return obj, nil
		}
	}
	return nil, fmt.Errorf("%s holds no %q", set, name)
}

// change sets one member of an object to another value. A path such as
// "LockoutThreshold/value" goes through members, and into lists by the name of
// an item.
func (o *org) change(set, name, at string, value any) error {
	obj, err := o.find(set, name)
	if err != nil {
		return err
	}
	steps := strings.Split(at, "/")
	last := steps[len(steps)-1]
	for _, step := range steps[:len(steps)-1] {
		if obj, err = below(obj, step); err != nil {
			return fmt.Errorf("%s %s: %w", set, name, err)
		}
	}
	before, there := obj[last]
	switch {
	case !there:
		return fmt.Errorf("%s %s: there is no member %s", set, name, at)
	case reflect.DeepEqual(before, value):
		return fmt.Errorf("%s %s: %s is %v already", set, name, at, value)
	}
	obj[last] = value
	o.changed(set)
	return nil
}

// below returns the object in a member, or the named item in a list.
func below(obj object, step string) (object, error) {
	if inner, ok := obj[step].(object); ok {
		return inner, nil
	}
	for _, member := range obj {
		items, ok := member.([]any)
		if !ok {
			continue
		}
		for _, item := range items {
			if inner, ok := item.(object); ok && key(inner) == step {
				return inner, nil
			}
		}
	}
	return nil, errors.New("there is no " + step)
}

// add puts a new object of configuration in.
func (o *org) add(set string, obj object) error {
	if _, ok := o.sets[set]; !ok {
		return errors.New("there is no data set " + set)
	}
	o.sets[set] = append(o.sets[set], obj)
	o.changed(set)
	return nil
}

// remove takes an object of configuration away.
func (o *org) remove(set, name string) error {
	if _, err := o.find(set, name); err != nil {
		return err
	}
	o.sets[set] = slices.DeleteFunc(o.sets[set], func(obj object) bool { return key(obj) == name })
	o.changed(set)
	return nil
}
