-- name: assessment list
SELECT control, state, reason_code, reason_detail, pass, fail, unknown, exempt_pass, exempt_fail, exempt_unknown,
    held, held_credited, strict, measured, credited, maximum, status, shown_pass, shown_fail, shown_unknown, kind, frame
FROM assessment_current WHERE tenant = ? ORDER BY control

-- name: assessment full
SELECT control, state, reason_code, reason_detail, pass, fail, unknown, exempt_pass, exempt_fail, exempt_unknown,
    held, held_credited, strict, measured, credited, maximum, status, shown_pass, shown_fail, shown_unknown, kind, frame,
    passing, failing, undecided, exempted
FROM assessment_current WHERE tenant = ? ORDER BY control

-- name: assessment one
SELECT control, state, reason_code, reason_detail, pass, fail, unknown, exempt_pass, exempt_fail, exempt_unknown,
    held, held_credited, strict, measured, credited, maximum, status, shown_pass, shown_fail, shown_unknown, kind, frame,
    passing, failing, undecided, exempted
FROM assessment_current WHERE tenant = ? AND control = ?

-- name: assessment put
INSERT INTO assessment_current (tenant, control, state, reason_code, reason_detail, pass, fail, unknown,
    exempt_pass, exempt_fail, exempt_unknown, held, held_credited, strict, measured, credited, maximum, status,
    shown_pass, shown_fail, shown_unknown, kind, frame, passing, failing, undecided, exempted)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (tenant, control) DO UPDATE SET state = excluded.state, reason_code = excluded.reason_code,
    reason_detail = excluded.reason_detail, pass = excluded.pass, fail = excluded.fail, unknown = excluded.unknown,
    exempt_pass = excluded.exempt_pass, exempt_fail = excluded.exempt_fail, exempt_unknown = excluded.exempt_unknown,
    held = excluded.held, held_credited = excluded.held_credited, strict = excluded.strict,
    measured = excluded.measured, credited = excluded.credited, maximum = excluded.maximum, status = excluded.status,
    shown_pass = excluded.shown_pass, shown_fail = excluded.shown_fail, shown_unknown = excluded.shown_unknown,
    kind = excluded.kind, frame = excluded.frame, passing = excluded.passing, failing = excluded.failing, undecided = excluded.undecided,
    exempted = excluded.exempted

-- name: assessment drop
DELETE FROM assessment_current WHERE tenant = ? AND control = ?
