// SPDX-License-Identifier: Apache-2.0

package audit

import "securescore/internal/odata"

// Schema lists what a filter can ask of an entry. Properties that an entry has
// no value for are empty texts; name, from and reason are null once they are
// erased.
func Schema() *odata.Schema {
	return &odata.Schema{Name: "auditEntry", Properties: []odata.Property{
		{Name: "sequence", Type: odata.Int64},
		{Name: "at", Type: odata.DateTimeOffset},
		{Name: "tenant", Type: odata.String},
		{Name: "actor", Type: odata.String},
		{Name: "via", Type: odata.String},
		{Name: "event", Type: odata.String},
		{Name: "outcome", Type: odata.String},
		{Name: "target", Type: odata.String},
		{Name: "request", Type: odata.String},
		{Name: "name", Type: odata.String},
		{Name: "from", Type: odata.String},
		{Name: "reason", Type: odata.String},
	}}
}

// Value implements odata.Row for Schema.
func (e *Entry) Value(name string) odata.Value {
	switch name {
	case "sequence":
		return odata.Int(e.Sequence)
	case "at":
		return odata.Time(e.At)
	case "tenant":
		return odata.Text(string(e.Tenant))
	case "actor":
		return odata.Text(string(e.Actor))
	case "via":
		return odata.Text(string(e.Via))
	case "event":
		return odata.Text(string(e.Event))
	case "outcome":
		return odata.Text(string(e.Outcome))
	case "target":
		return odata.Text(e.Target)
	case "request":
		return odata.Text(e.Request)
	}
	if e.Erased {
		return odata.Null()
	}
	return e.Details.value(name)
}

func (d *Details) value(name string) odata.Value {
	switch name {
	case "name":
		return odata.Text(d.Name)
	case "from":
		return odata.Text(d.From)
	case "reason":
		return odata.Text(d.Reason)
	}
	return odata.Null()
}
