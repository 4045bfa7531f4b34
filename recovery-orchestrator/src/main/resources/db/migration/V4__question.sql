-- Other questions than plans of restores are asked too.
ALTER TABLE restore_plan RENAME TO question;
ALTER TABLE question
  ADD COLUMN type text NOT NULL DEFAULT 'dev.holdfast.recovery.plan-restore.v1';
ALTER TABLE question ALTER COLUMN type DROP DEFAULT;
