package kifs.notifier;

import java.util.List;

/**
 * What is to be looked at in one turn.
 *
 * @param due conditions to evaluate; none: only whether the entity is still there
 * @param fields mask of the fields that they need
 */
record Look(Target target, List<Group> due, long fields) {}
