//! Parquet: one long typed table of all cubes, for analysts. Figures are decimals with two places, exact; moments are UTC;
//! where they come from, and the titles and notes of the cubes, stand in the metadata of the file.

use super::cube::Cube;
use super::table::{Cell, Column, Kind, Table, stamp};
use crate::fault::{Fault, Result};
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{
    SerializedColumnWriter, SerializedFileWriter, SerializedRowGroupWriter,
};
use parquet::schema::types::{Type, TypePtr};
use serde_json::{Value, json};
use std::sync::Arc;

/// Rows that are held and written at once.
const ROW_GROUP: usize = 65_536;
/// Digits of a figure, two of them after the point.
const PRECISION: i32 = 18;
const SCALE: i32 = 2;
/// The first figure that has more digits.
const TOO_LARGE: u64 = 10_u64.pow(18);

/// The figures of some cubes as one file.
///
/// # Errors
/// [`Fault::Internal`] where a cube contradicts itself, or the library refuses.
pub fn parquet(cubes: &[&Cube]) -> Result<Vec<u8>> {
    let table = Table::of(cubes)?;
    let columns = table.columns();
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("technician-metrics ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(metadata(cubes)))
        .build();
    let schema = schema(&columns).map_err(fault)?;
    let mut file = Vec::new();
    let mut writer =
        SerializedFileWriter::new(&mut file, schema, Arc::new(properties)).map_err(fault)?;
    let mut rows = table.rows();
    loop {
        let group: Vec<Vec<Cell<'_>>> = rows.by_ref().take(ROW_GROUP).collect();
        if group.is_empty() {
            break;
        }
        let mut into = writer.next_row_group().map_err(fault)?;
        for (place, column) in columns.iter().enumerate() {
            let cells: Vec<&Cell<'_>> = group.iter().filter_map(|row| row.get(place)).collect();
            write(&mut into, column, &cells)?;
        }
        into.close().map_err(fault)?;
    }
    writer.close().map_err(fault)?;
    Ok(file)
}

fn schema(columns: &[Column]) -> std::result::Result<TypePtr, ParquetError> {
    let fields = columns
        .iter()
        .map(|column| {
            let repetition = if column.required {
                Repetition::REQUIRED
            } else {
                Repetition::OPTIONAL
            };
            let (physical, logical) = match column.kind {
                Kind::Code | Kind::Words => (Physical::BYTE_ARRAY, LogicalType::String),
                Kind::Figure => (Physical::INT64, LogicalType::decimal(SCALE, PRECISION)),
                Kind::Count => (Physical::INT32, LogicalType::integer(32, true)),
                Kind::Moment => (
                    Physical::INT64,
                    LogicalType::timestamp(true, TimeUnit::MICROS),
                ),
            };
            let builder = Type::primitive_type_builder(&column.name, physical)
                .with_repetition(repetition)
                .with_logical_type(Some(logical));
            let builder = match column.kind {
                Kind::Figure => builder.with_precision(PRECISION).with_scale(SCALE),
                Kind::Code | Kind::Words | Kind::Count | Kind::Moment => builder,
            };
            builder.build().map(Arc::new)
        })
        .collect::<std::result::Result<Vec<TypePtr>, ParquetError>>()?;
    Type::group_type_builder("statistics")
        .with_fields(fields)
        .build()
        .map(Arc::new)
}

/// Writes one column of a group of rows.
fn write(
    into: &mut SerializedRowGroupWriter<'_, &mut Vec<u8>>,
    column: &Column,
    cells: &[&Cell<'_>],
) -> Result<()> {
    let writer = into.next_column().map_err(fault)?.ok_or(Fault::Internal)?;
    match column.kind {
        Kind::Code | Kind::Words => {
            values::<ByteArrayType>(writer, column, cells, |cell| match cell {
                Cell::Text(text) => Some(ByteArray::from(text.as_bytes().to_vec())),
                Cell::Empty | Cell::Figure(_) | Cell::Count(_) | Cell::Moment(_) => None,
            })
        }
        Kind::Figure => values::<Int64Type>(writer, column, cells, |cell| match cell {
            Cell::Figure(figure) if figure.0.unsigned_abs() < TOO_LARGE => Some(figure.0),
            Cell::Empty | Cell::Text(_) | Cell::Figure(_) | Cell::Count(_) | Cell::Moment(_) => {
                None
            }
        }),
        Kind::Count => values::<Int32Type>(writer, column, cells, |cell| match cell {
            Cell::Count(count) => i32::try_from(*count).ok(),
            Cell::Empty | Cell::Text(_) | Cell::Figure(_) | Cell::Moment(_) => None,
        }),
        Kind::Moment => values::<Int64Type>(writer, column, cells, |cell| match cell {
            Cell::Moment(moment) => Some(moment.timestamp_micros()),
            Cell::Empty | Cell::Text(_) | Cell::Figure(_) | Cell::Count(_) => None,
        }),
    }
}

/// Writes the values of a column. What is not empty must have one: a figure that does not fit is a fault, not a gap.
fn values<T: DataType>(
    mut writer: SerializedColumnWriter<'_>,
    column: &Column,
    cells: &[&Cell<'_>],
    value: impl Fn(&Cell<'_>) -> Option<T::T>,
) -> Result<()> {
    let (mut values, mut levels) = (Vec::with_capacity(cells.len()), Vec::new());
    for cell in cells {
        match value(cell) {
            Some(value) => {
                values.push(value);
                levels.push(1);
            }
            None if **cell == Cell::Empty && !column.required => levels.push(0),
            None => return Err(Fault::Internal),
        }
    }
    let levels = (!column.required).then_some(levels.as_slice());
    writer
        .typed::<T>()
        .write_batch(&values, levels, None)
        .map_err(fault)?;
    writer.close().map_err(fault)
}

/// What a reader must know of the whole file. The cubes of one file are of one source.
fn metadata(cubes: &[&Cube]) -> Vec<KeyValue> {
    let described: Vec<Value> = cubes
        .iter()
        .map(|cube| {
            json!({"cube": cube.id, "title": cube.title, "notes": cube.notes, "decimals": cube.decimals})
        })
        .collect();
    let mut pairs = vec![("cubes", Value::Array(described).to_string())];
    if let Some(source) = cubes.first().map(|cube| &cube.source) {
        pairs.extend([
            ("title", source.title.clone()),
            ("source", source.name.clone()),
            ("as_of", stamp(source.as_of)),
            ("generation", source.generation.clone()),
            ("provisional", source.provisional.to_string()),
            ("publisher", source.publisher.clone()),
        ]);
        let optional = [
            ("regime", &source.regime),
            ("doi", &source.doi),
            ("licence", &source.licence),
        ];
        pairs.extend(
            optional
                .into_iter()
                .filter_map(|(key, value)| Some((key, value.clone()?))),
        );
    }
    pairs
        .into_iter()
        .map(|(key, value)| KeyValue::new(key.to_owned(), value))
        .collect()
}

/// What the library refuses is our own mistake: names, types and numbers of values are ours.
#[expect(clippy::needless_pass_by_value, reason = "the form `map_err` takes")]
fn fault(error: ParquetError) -> Fault {
    tracing::error!(%error, "Parquet not written");
    Fault::Internal
}
