// SPDX-License-Identifier: Apache-2.0

package catalog

import "encoding/json"

// Archive is the text of all control files, so that a version can be kept and
// looked at later.
func (c *Catalog) Archive() []byte {
	data, err := json.Marshal(c.files) // maps of strings are always writable, in the order of their keys
	if err != nil {
		panic("catalogue archive: " + err.Error())
	}
	return data
}
