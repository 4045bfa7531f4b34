-- Not only dry runs are asked for.
alter table restore_plan rename to question;
alter index restore_plan_by_age rename to question_by_age;
alter table question add column type text not null default 'dev.holdfast.recovery.plan-restore.v1';
alter table question alter column type drop default;
