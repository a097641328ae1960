// SPDX-License-Identifier: Apache-2.0

package conditional

// session is what a policy asks for after it has let somebody in.
type session struct {
	frequency  *rawFrequency
	persistent *rawBrowser
	appRules   *rawSwitch
	tokenBound *rawSwitch
}

func (r *rawSession) read() session {
	if r == nil {
		return session{}
	}
	return session{r.Frequency, r.Persistent, r.AppRules, r.TokenBound}
}

// on reads a switch. Null beside nothing else is a control that is not set, as
// cmdlets write it; beside a value, or with something that is not understood,
// it is not known.
func on(enabled *bool, value bool, members rest) Bounds {
	switch {
	case enabled == nil && !value && len(unread("", members)) == 0:
		return no
	case enabled == nil:
		return maybe
	case !*enabled:
		return no
	case len(unread("", members)) > 0:
		return maybe
	}
	return yes
}

func (r *rawSwitch) state() Bounds {
	if r == nil {
		return no
	}
	return on(r.Enabled, false, r.Rest)
}

// everyTime is a new sign-in for each access.
const everyTime = 0

// within reports whether a person must sign in again at the latest after so
// many hours. Repeating the second factor alone is not signing in again.
func (r *rawFrequency) within(hours int64) Bounds {
	if r == nil {
		return no
	}
	enabled := on(r.Enabled, r.Value != nil || r.Interval != "", r.Rest)
	switch r.Authentication {
	case "", "primaryAndSecondaryAuthentication":
	case "secondaryAuthentication":
		return no
	default:
		enabled = enabled.hedged()
	}
	switch r.Interval {
	case "everyTime":
		return enabled
	case "", "timeBased":
		return enabled.and(r.atMost(hours))
	default:
		return enabled.hedged()
	}
}

func (r *rawFrequency) atMost(hours int64) Bounds {
	unit := map[string]int64{"hours": 1, "days": 24}[r.Unit]
	if unit == 0 || r.Value == nil || *r.Value <= 0 {
		return maybe
	}
	return boundsOf(*r.Value <= hours/unit)
}

// keeps reports whether the browser is made to behave in the way named.
func (r *rawBrowser) keeps(mode string) Bounds {
	if r == nil {
		return no
	}
	enabled := on(r.Enabled, r.Mode != "", r.Rest)
	switch r.Mode {
	case mode:
		return enabled
	case "always", "never":
		return no
	default:
		return enabled.hedged()
	}
}
