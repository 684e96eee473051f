namespace Correlation.Gateway.Tests.Lineage;

/// <summary>Events in the shapes of the emitters, composed for these tests.</summary>
internal static class LineageSamples
{
    public const string AirflowTask = """
        {"eventType":"START","eventTime":"2026-01-05T00:00:12+00:00","producer":"https://github.com/apache/airflow/tree/providers-openlineage/2.0.0",
         "schemaURL":"https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
         "run":{"runId":"0194339f-8a00-7abc-8def-0123456789ab","facets":{
           "nominalTime":{"_producer":"p","_schemaURL":"s","nominalStartTime":"2026-01-05T00:00:00Z","nominalEndTime":"2026-01-06T00:00:00Z"},
           "parent":{"run":{"runId":"0194339f-0000-7abc-8def-0123456789ab"},"job":{"namespace":"airflow","name":"features_daily"}},
           "airflow":{"taskInstance":{"try_number":1,"max_tries":1},"dag":{"dag_id":"features_daily"}}}},
         "job":{"namespace":"airflow","name":"features_daily.materialize","facets":{
           "jobType":{"processingType":"BATCH","integration":"AIRFLOW","jobType":"TASK"},
           "ownership":{"owners":[{"name":"airflow"},{"name":"team:ml-platform","type":"MAINTAINER"}]},
           "tags":{"tags":[{"key":"tier1","value":"true","source":"AIRFLOW"},{"key":"domain","value":"churn"}]}}},
         "inputs":[{"namespace":"postgres://db:5432","name":"shop.public.orders","facets":{"schema":{"fields":[]}}}],
         "outputs":[{"namespace":"s3://lake","name":"features/user_stats","facets":{}}]}
        """;

    public const string SparkFail = """
        {"eventType":"FAIL","eventTime":"2026-01-05T11:00:00Z","producer":"https://github.com/OpenLineage/OpenLineage/tree/1.40.0/integration/spark",
         "run":{"runId":"r-spark","facets":{"errorMessage":{"message":"Job aborted","programmingLanguage":"JAVA","stackTrace":"at x"},
           "parent":{"run":{"runId":"p"},"job":{"namespace":"airflow","name":"clicks.spark"},"root":{"run":{"runId":"q"},"job":{"namespace":"airflow","name":"clicks"}}},
           "spark_properties":{"properties":{"spark.master":"yarn"}}}},
         "job":{"namespace":"spark","name":"clicks_app.execute_insert_into.features_clicks","facets":{"jobType":{"processingType":"BATCH","integration":"SPARK","jobType":"SQL_JOB"}}},
         "inputs":[{"namespace":"s3://lake","name":"raw/clicks"}],
         "outputs":[{"namespace":"s3://lake","name":"features/clicks","facets":{
           "symlinks":{"identifiers":[{"namespace":"glue","name":"features.clicks","type":"TABLE"}]},
           "columnLineage":{"fields":{"n":{"inputFields":[{"namespace":"s3://lake","name":"raw/clicks","field":"id","transformations":[{"type":"DIRECT"}]}]}},
             "dataset":[{"namespace":"s3://lake","name":"raw/users","field":"id"}]}}}]}
        """;

    public const string DbtTests = """
        {"eventType":"COMPLETE","eventTime":"2026-01-05T11:30:00Z","producer":"https://github.com/OpenLineage/OpenLineage/tree/1.40.0/integration/dbt",
         "run":{"runId":"r-dbt","facets":{"test":{"tests":[{"name":"row_count","status":"fail","severity":"warn","expected":"> 0","actual":"0"},{"name":"skipped","status":"skip"}]}}},
         "job":{"namespace":"dbt","name":"shop.test.orders"},
         "inputs":[{"namespace":"postgres://db:5432","name":"shop.orders","facets":{"dataQualityAssertions":{"assertions":[
           {"assertion":"not_null","success":false,"column":"user_id","severity":"error"},{"assertion":"unique","success":true,"column":"id"},
           {"assertion":"no verdict"}]}}}],
         "outputs":[]}
        """;

    public const string Feast = """
        {"eventType":"COMPLETE","eventTime":"2026-01-05T09:00:00Z","producer":"https://github.com/feast-dev/feast",
         "run":{"runId":"r-feast"},
         "job":{"namespace":"churn","name":"feature_view_user_stats","facets":{"feast_featureView":{"name":"user_stats","ttl_seconds":86400,"entities":["user"],"features":["a"]}}},
         "inputs":[{"namespace":"churn","name":"user_events"}],
         "outputs":[{"namespace":"churn","name":"user_stats"}]}
        """;

    public const string JobEvent = """
        {"eventTime":"2026-01-05T09:00:00Z","producer":"p","job":{"namespace":"etl","name":"copy","facets":{"lineage":{"entries":[
          {"namespace":"w","name":"b","type":"DATASET","inputs":[{"namespace":"w","name":"a","type":"DATASET"}]},
          {"type":"JOB","inputs":[{"namespace":"etl","name":"other","type":"JOB"},{"type":"JOB"}]}]}}},
         "inputs":[{"namespace":"w","name":"a"}],"outputs":[{"namespace":"w","name":"b"}]}
        """;

    public const string DatasetEvent = """
        {"eventTime":"2026-01-05T09:00:00Z","producer":"p","dataset":{"namespace":"w","name":"table","facets":{
          "ownership":{"owners":[{"name":"ml-platform"}]},
          "lineage":{"fields":{"x":{"inputs":[{"namespace":"w","name":"source","type":"DATASET","field":"y"}]}}}}}}
        """;

    public static readonly string[] All = [AirflowTask, SparkFail, DbtTests, Feast, JobEvent, DatasetEvent];
}
