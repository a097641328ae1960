// SPDX-License-Identifier: Apache-2.0

package rule_test

import "securescore/internal/rule"

func benchmarkRules() []rule.Source { return nil }
