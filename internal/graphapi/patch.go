// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/assess"
	"securescore/internal/graphapi/profile"
	"securescore/internal/posture"
)

// patch sets what people decide about one action. A second equal one changes
// nothing, so it may be sent again.
func (a *API) patch(ctx context.Context, c *call) (*answer, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	change, err := readPatch(body)
	if err != nil {
		return nil, err
	}
	p, err := a.findProfile(ctx, c)
	if err != nil {
		return nil, err
	}
	if tags := c.header.Values("If-Match"); len(tags) > 0 {
		change.IfMatch = func(before assess.Before) error {
			return matches(tags, a.Profiles.IfMatch(before.Updates))
		}
	}
	if _, err := a.Decider.PatchStatus(ctx, c.tenant, c.principal, p.ID, change); err != nil {
		return nil, graphNames(err)
	}
	if !prefersRepresentation(c.header) {
		return empty(http.StatusNoContent), nil
	}
	if p, err = a.findProfile(ctx, c); err != nil {
		return nil, err
	}
	plain := *c
	plain.query, plain.header = "", http.Header{}
	out, err := a.one(&plain, a.profileSet, p, profileTag(&plain, p))
	if err != nil {
		return nil, err
	}
	out.header.Set("Preference-Applied", "return=representation")
	return out, nil
}

// matches compares the tags of If-Match with what is stored.
func matches(lines []string, state string) error {
	for _, line := range lines {
		for tag := range strings.SplitSeq(line, ",") {
			if tag = strings.TrimSpace(tag); tag == "*" || stateInTag(tag) == state {
				return nil
			}
		}
	}
	return &apiError{
		status: http.StatusPreconditionFailed, code: codeCondition,
		message: "Somebody has changed this control meanwhile: get it again, then decide.",
	}
}

// graphNames puts the names of Graph on faults that were found behind it.
func graphNames(err error) error {
	field, ok := errors.AsType[*posture.FieldError](err)
	if !ok {
		return err
	}
	for ours, theirs := range map[string]string{"status": "state", "owner": "assignedTo"} {
		if field.Path == ours {
			return badProperty(theirs, field.Rule)
		}
	}
	return err
}

func prefersRepresentation(h http.Header) bool {
	for _, line := range h.Values("Prefer") {
		for part := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == ',' || r == ';' }) {
			if strings.EqualFold(strings.ReplaceAll(strings.TrimSpace(part), `"`, ""), "return=representation") {
				return true
			}
		}
	}
	return false
}

// readPatch reads the body of a PATCH. Names count in any letter case: one that
// is spelled wrongly would look like a change that was made. What has no meaning
// here is left alone, as the real service does.
func readPatch(body []byte) (assess.StatusChange, error) {
	var change assess.StatusChange
	properties, err := readObject(body, "")
	if err != nil {
		return change, err
	}
	if err := checkVendor(properties["vendorinformation"]); err != nil {
		return change, err
	}
	state, err := readText(properties, "state")
	if err != nil {
		return change, err
	}
	if state != nil {
		status, ok := profile.ParseState(*state)
		if !ok {
			return change, badProperty("state", fmt.Sprintf("must be one of %s; %q is none of them", profile.States, shortened(*state)))
		}
		change.Status = &status
	}
	if change.Owner, err = readNote(properties, "assignedTo"); err != nil {
		return change, err
	}
	change.Comment, err = readNote(properties, "comment")
	return change, err
}

// readNote is readText for what null empties.
func readNote(properties map[string]jsontext.Value, name string) (*string, error) {
	text, err := readText(properties, name)
	if _, there := properties[strings.ToLower(name)]; text == nil && there && err == nil {
		text = new(string)
	}
	return text, err
}

// readObject reads the properties of an object, by name in lower case.
func readObject(body []byte, within string) (map[string]jsontext.Value, error) {
	var read map[string]jsontext.Value
	if err := json.Unmarshal(body, &read); err != nil || read == nil {
		if within != "" {
			return nil, badProperty(within, "must be an object")
		}
		return nil, badRequest("The body must be one JSON object in UTF-8, with each property once" + offset(err) + ".")
	}
	properties := make(map[string]jsontext.Value, len(read))
	for name, value := range read {
		lower := strings.ToLower(name)
		if _, twice := properties[lower]; twice {
			return nil, badProperty(shortened(name), "is there twice")
		}
		properties[lower] = value
	}
	return properties, nil
}

// offset is where a body stops to be JSON, for messages.
func offset(err error) string {
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Sprintf("; it cannot be read from byte %d on", syntax.ByteOffset)
	}
	return ""
}

// checkVendor asks for what every profile says of itself: the real service
// refuses a change without it.
func checkVendor(value jsontext.Value) error {
	const name = "vendorInformation"
	if value == nil || value.Kind() == 'n' {
		return badProperty(name, "is required, with provider and vendor as in the profile")
	}
	properties, err := readObject(value, name)
	if err != nil {
		return err
	}
	for _, want := range []struct{ name, text string }{{"provider", profile.Provider}, {"vendor", profile.Vendor}} {
		text, err := readText(properties, want.name)
		if err != nil {
			return badProperty(name+"/"+want.name, "must be text")
		}
		if text == nil || !strings.EqualFold(*text, want.text) {
			return badProperty(name+"/"+want.name, fmt.Sprintf("is required and must be %q", want.text))
		}
	}
	for _, other := range []string{"providerVersion", "subProvider"} {
		if _, err := readText(properties, other); err != nil {
			return badProperty(name+"/"+other, "must be text or null")
		}
	}
	return nil
}

// readText returns a property that is text, nil when it is null or not there.
func readText(properties map[string]jsontext.Value, name string) (*string, error) {
	value := properties[strings.ToLower(name)]
	if value == nil || value.Kind() == 'n' {
		return nil, nil
	}
	var text string
	if value.Kind() != '"' || json.Unmarshal(value, &text) != nil || slices.Contains([]byte(text), 0) {
		return nil, badProperty(name, "must be text or null")
	}
	return &text, nil
}
