// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/rule"
)

// EngineRevision counts the times that a fact derived by code changed its
// meaning. It is part of the catalogue's version, so that what such a change
// moves in a score is put down to the catalogue.
const EngineRevision = 1

// maxFile bounds a control file. The largest built-in one is a tenth of it.
const maxFile = 256 << 10

// Layer is one folder of control files.
type Layer struct {
	Name   string // for messages: "built-in" or the path of the folder
	Files  fs.FS
	Custom bool // an organisation's own: up to 100 points a control
	// Lean leaves the cases of the controls unread, which is most of their text:
	// for a catalogue whose tests have run them.
	Lean bool
}

// Catalog is a checked set of controls. It is immutable.
type Catalog struct {
	Version  string     // SHA-256 over the files and the engine revision, in hexadecimal
	Controls []*Control // ordered by id
	Schema   *entity.Schema

	byID  map[posture.ControlID]*Control
	files map[string]string // layer and path → text
}

// Control returns the control with the id.
func (c *Catalog) Control(id posture.ControlID) (*Control, bool) {
	control, ok := c.byID[id]
	return control, ok
}

// Load reads all layers. A *FaultsError holds every fault of every file; no
// control is loaded then. The id of a later layer may not repeat an earlier
// one.
func Load(schema *entity.Schema, layers ...Layer) (*Catalog, error) {
	env, err := rule.NewEnv(schema)
	if err != nil {
		return nil, fmt.Errorf("rule environment: %w", err)
	}
	l := loader{schema: schema, env: env, from: make(map[posture.ControlID]string)}
	sum := sha256.New()
	sum.Write(fmt.Appendf(nil, "engine %d\n", EngineRevision))
	c := &Catalog{Schema: schema, byID: make(map[posture.ControlID]*Control), files: make(map[string]string)}
	for _, layer := range layers {
		files, err := yamlFiles(layer)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			sum.Write(fmt.Appendf(nil, "%s %d\n", f.path, len(f.data)))
			sum.Write(f.data)
			c.files[layer.Name+"/"+f.path] = string(f.data)
			if control := l.load(layer, f); control != nil {
				c.Controls = append(c.Controls, control)
				c.byID[control.ID] = control
			}
		}
	}
	if err := faultsError(l.faults); err != nil {
		return nil, err
	}
	slices.SortFunc(c.Controls, func(a, b *Control) int { return strings.Compare(string(a.ID), string(b.ID)) })
	c.Version = hex.EncodeToString(sum.Sum(nil))
	return c, nil
}

type file struct {
	path string
	data []byte
}

// yamlFiles returns the control files of a layer in the order of their paths.
// Anything else in the folder is left alone, so that it can hold a README.
func yamlFiles(layer Layer) ([]file, error) {
	var files []file
	err := fs.WalkDir(layer.Files, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() || (path.Ext(p) != ".yaml" && path.Ext(p) != ".yml") {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Size() > maxFile {
			return &posture.InputError{File: p, Offset: -1, Cause: fmt.Errorf("%d bytes are more than a control file may have (%d)", info.Size(), maxFile), Advice: "put one control in a file"}
		}
		data, err := fs.ReadFile(layer.Files, p)
		if err != nil {
			return err
		}
		files = append(files, file{p, data})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the controls of %s: %w", layer.Name, err)
	}
	return files, nil
}

type loader struct {
	schema *entity.Schema
	env    *rule.Env
	from   map[posture.ControlID]string // file that an id came from
	faults []Fault
}

// load reads one file; nil when it has a fault.
func (l *loader) load(layer Layer, f file) *Control {
	before := len(l.faults)
	text := f.data
	if layer.Lean {
		text = withoutCases(text)
	}
	var root yaml.Node
	if err := yaml.Load(text, &root); err != nil {
		l.yamlFault(f.path, err)
		return nil
	}
	var c Control
	if err := root.Load(&c, yaml.WithKnownFields()); err != nil {
		l.yamlFault(f.path, err)
		return nil
	}
	ck := checker{loader: l, file: f.path, root: &root, custom: layer.Custom, lean: layer.Lean}
	ck.control(&c)
	if other, twice := l.from[c.ID]; twice {
		ck.fault("id", "%s is already in %s", c.ID, other)
	}
	l.from[c.ID] = f.path
	if len(l.faults) > before {
		return nil
	}
	return &c
}

// withoutCases cuts a control file before its cases, which come last.
func withoutCases(text []byte) []byte {
	if i := bytes.Index(text, []byte("\ncases:")); i >= 0 {
		return text[:i+1]
	}
	return text
}

// yamlFault puts each fault of the YAML itself down with its own line.
func (l *loader) yamlFault(name string, err error) {
	if many, ok := errors.AsType[*yaml.LoadErrors](err); ok {
		for _, one := range many.Errors {
			l.yamlFault(name, one)
		}
		return
	}
	if one, ok := errors.AsType[*yaml.LoadError](err); ok {
		l.faults = append(l.faults, Fault{name, one.Mark.Line, plainYAML(one)})
		return
	}
	l.faults = append(l.faults, Fault{File: name, Message: err.Error()})
}

// plainYAML says a fault of the YAML without Go's names for types.
func plainYAML(e *yaml.LoadError) string {
	text := e.Message
	if cause := errors.Unwrap(e); text == "" && cause != nil {
		text = cause.Error()
	}
	if field, ok := strings.CutPrefix(text, "field "); ok {
		name, _, found := strings.Cut(field, " not found")
		if found {
			return fmt.Sprintf("there is no field %q here; check its spelling", name)
		}
	}
	return strings.TrimPrefix(text, "yaml: ")
}
