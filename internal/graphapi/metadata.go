// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"context"
	_ "embed"
	"net/http"
)

// csdl describes the types in the Common Schema Definition Language. Names and
// types are those of Microsoft Graph.
//
//go:embed metadata.xml
var csdl []byte

// metadata answers with the description of the types, to everybody.
func (a *API) metadata(_ context.Context, c *call) (*answer, error) {
	tag := entityTag(c, "metadata 1")
	if a := notModified(c, tag); a != nil {
		return a, nil
	}
	out := empty(http.StatusOK)
	out.set(typeXML, csdl)
	out.header.Set("ETag", tag)
	out.header.Set("Vary", "Accept-Encoding")
	out.header.Set("Cache-Control", "public, max-age=3600")
	return out, nil
}

// service answers with the service document, to everybody.
func (a *API) service(_ context.Context, c *call) (*answer, error) {
	return newAnswer(http.StatusOK, []byte(`{"@odata.context":`+quoted(c.base+"/$metadata")+
		`,"value":[{"name":"security","kind":"Singleton","url":"security"}]}`)), nil
}

// security answers with the one thing that holds both sets.
func (a *API) security(_ context.Context, c *call) (*answer, error) {
	return newAnswer(http.StatusOK, []byte(`{"@odata.context":`+quoted(c.base+"/$metadata#security")+`}`)), nil
}
