// SPDX-License-Identifier: Apache-2.0

package mailflow

// Reach returns the positions of the rules that decide for somebody or may do
// so, when nobody is known by name, and None where people may be left without
// any. domains are all domains of the organisation, nil when they were not
// read.
func (c *Chain) Reach(domains []string) []int {
	domains = lower(domains)
	var reached []int
	for i := range c.rules {
		switch c.rules[i].covers(domains) {
		case yes:
			return append(reached, i)
		case maybe:
			reached = append(reached, i)
		case no:
		}
	}
	return append(reached, None)
}

// covers is yes when the rule is for everybody, no when it is for nobody, and
// maybe in between.
func (r *compiled) covers(domains []string) match {
	if r.all {
		return yes
	}
	if len(r.domains) == 0 || len(domains) == 0 {
		return maybe
	}
	some, all := false, true
	for _, d := range domains {
		inside := false
		for _, c := range r.domains {
			inside = inside || within(d, c)
			some = some || within(d, c) || within(c, d)
		}
		all = all && inside
	}
	switch {
	case !some:
		return no
	case all && !r.unread && !r.excepts() && !r.groups && r.users.empty():
		return yes
	}
	return maybe
}
