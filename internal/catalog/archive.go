// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"securescore/internal/posture"
)

// Archive is the text of all control files, so that a version can be kept and
// looked at later.
func (c *Catalog) Archive() []byte {
	data, err := json.Marshal(c.files) // maps of strings are always writable, in the order of their keys
	if err != nil {
		panic("catalogue archive: " + err.Error())
	}
	return data
}

// Compare says which controls a newer archive adds and which it changes, by
// id. It returns an error that wraps posture.ErrInvalid for bytes that Archive
// did not write.
func Compare(before, now []byte) (added, updated []posture.ControlID, err error) {
	var old, files map[string]string
	if err := errors.Join(json.Unmarshal(before, &old), json.Unmarshal(now, &files)); err != nil {
		return nil, nil, fmt.Errorf("compare catalogues: %w: %w", posture.ErrInvalid, err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		id := idOf(name)
		switch text, ok := old[name]; {
		case !ok:
			added = append(added, id)
		case text != files[name]:
			updated = append(updated, id)
		}
	}
	return added, updated, nil
}

// idOf is the id of the control in a file, which is named by it.
func idOf(name string) posture.ControlID {
	return posture.ControlID(strings.TrimSuffix(path.Base(name), path.Ext(name)))
}
