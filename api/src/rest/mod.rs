//! Face one: REST under `/v1`, with OpenAPI generated from these very handlers.
//!
//! A handler extracts, calls one operation, renders a view. It opens no transaction, names no column and branches on no
//! state of the business. Each noun has its file; [`routes`] is the list of all of them.

mod action_plans;
mod audit;
mod benchmark;
mod code_lists;
mod column_mappings;
mod datasets;
pub mod fallback;
mod files;
mod institutions;
mod leaving;
mod oauth;
pub mod openapi;
mod org_units;
mod participation;
mod patch;
mod probes;
mod query;
mod releases;
mod returns;
mod reviews;
mod rows;
mod sector;
mod statistics;
mod submissions;
mod technician_definitions;
mod templates;
mod tenant;
mod years;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every route, with its documentation.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(oauth::issue_token)
        .service(oauth::get_authorization_server)
        .service(oauth::get_signing_keys)
        .service(institutions::list_institutions)
        .service(institutions::create_institution)
        .service(institutions::get_institution)
        .service(institutions::change_institution)
        .service(leaving::remove_institution)
        .service(leaving::export_institution)
        .service(org_units::list_org_units)
        .service(org_units::create_org_unit)
        .service(org_units::get_org_unit)
        .service(org_units::change_org_unit)
        .service(org_units::close_org_unit)
        .service(returns::list_returns)
        .service(returns::get_return)
        .service(returns::list_revisions)
        .service(returns::get_revision)
        .service(returns::list_changes)
        .service(submissions::submit_return)
        .service(submissions::correct_return)
        .service(submissions::discard_return)
        .service(submissions::withdraw_return)
        .service(reviews::list_submitted_returns)
        .service(reviews::accept_return)
        .service(reviews::send_back_return)
        .service(technician_definitions::list_technician_definitions)
        .service(technician_definitions::create_technician_definition)
        .service(column_mappings::list_column_mappings)
        .service(column_mappings::get_column_mapping)
        .service(column_mappings::set_column_mapping)
        .service(column_mappings::delete_column_mapping)
        .service(rows::read::get_rows)
        .service(rows::write::replace_rows)
        .service(rows::write::merge_rows)
        .service(rows::write::check_rows)
        .service(action_plans::list_action_plans)
        .service(action_plans::create_action_plan)
        .service(action_plans::get_action_plan)
        .service(action_plans::change_action_plan)
        .service(action_plans::import_action_plan)
        .service(action_plans::list_actions)
        .service(action_plans::get_action)
        .service(action_plans::list_progress)
        .service(action_plans::record_progress)
        .service(audit::list_audit)
        .service(datasets::list_datasets)
        .service(datasets::get_dataset)
        .service(templates::get_template_csv)
        .service(templates::get_template_xlsx)
        .service(code_lists::list_code_lists)
        .service(code_lists::get_code_list)
        .service(code_lists::get_code)
        .service(code_lists::set_code)
        .service(years::list_years)
        .service(years::get_year)
        .service(years::set_year)
        .service(sector::get_catalogue)
        .service(sector::query_sector)
        .service(sector::post_sector_query)
        .service(benchmark::get_benchmark)
        .service(releases::list_releases)
        .service(releases::create_release)
        .service(releases::get_release)
        .service(releases::query_release)
        .service(releases::post_release_query)
        .service(releases::get_release_file)
        .service(releases::get_release_decisions)
        .service(participation::list_participation)
        .service(participation::summarise_participation)
        .service(probes::get_liveness)
        .service(probes::get_readiness)
        .service(openapi::get_openapi);
}
